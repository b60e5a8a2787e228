"""Start robot, database, bridge and dashboard, and watch over them."""

import argparse
import os
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace

from hristudio_core.cli._arguments import (
    add_data,
    add_json,
    add_stack_arguments,
    port,
    settings_of,
    stack_choices,
)
from hristudio_core.cli._errands import invite, migrate
from hristudio_core.cli._robots import profile_path
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops import readiness, secrets
from hristudio_core.ops.child import Program
from hristudio_core.ops.console import Console, stdout_console
from hristudio_core.ops.leftovers import end_leftovers
from hristudio_core.ops.lock import FolderLock
from hristudio_core.ops.logline import Level, LogLine
from hristudio_core.ops.logs import open_sinks
from hristudio_core.ops.plan import DISCOVERY, Plan, make_plan
from hristudio_core.ops.record import StackRecord, erase_record, read_record, write_record
from hristudio_core.ops.settings import LogForm, Settings
from hristudio_core.ops.supervisor import Supervisor
from hristudio_core.ops.version import own_version

NAME = "up"
SIMULATED = "sim"


class Up(Verb):
    """Start robot, database, bridge and dashboard, and watch over them.

    Stays in the foreground with one log of all processes. What dies is started again.
    Ctrl-C ends everything in order, the robot at rest first; a second Ctrl-C ends it at once.
    """

    EXAMPLES = """\
  hristudio up                                     with the simulated robot
  hristudio up --robot nao6 --namespace nao        with a NAO, under /nao
  hristudio up --port 0 --bridge-port 0 --json     on free ports; reads well by a machine
  hristudio up --data ~/study --no-web             without a dashboard, in a folder of its own"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_stack_arguments(parser)
        parser.add_argument(
            "--port", type=port, help="port of the dashboard (default: $HRISTUDIO_WEB_PORT or 8000)"
        )
        parser.add_argument(
            "--bridge-port", type=port, help="port of the bridge (default: $HRISTUDIO_BRIDGE_PORT or 9090)"
        )
        add_data(parser)
        add_json(parser, "one JSON object a line: log lines, and events that have the field `event`")

    def main(self, *, args: argparse.Namespace) -> int:
        """Start, watch, end."""
        began = time.monotonic()
        settings = _with_ports(settings_of(args), args)
        choices = {"log_level": settings.logs.level, **stack_choices(args)}
        profile_path(choices.get("robot", SIMULATED))
        folder = settings.folder
        folder.prepare()
        secrets.ensure(folder.secrets)
        as_json = args.json or settings.logs.form is LogForm.JSON
        console = stdout_console(as_json=as_json, sinks=open_sinks(settings.logs, folder.log, "hristudio"))
        with closing(console), FolderLock(folder):
            for name in end_leftovers(read_record(folder)):
                text = f"killed {name}, left behind by a stack that was killed"
                console.line(NAME, LogLine(Level.WARN, text))
            # A simulated robot needs nobody beyond this machine.
            simulated = choices.get("robot", SIMULATED) == SIMULATED
            plan = make_plan(settings, choices, discovery="LOCALHOST" if simulated else "")
            if settings.database.url:
                migrate(plan.environment(), lambda line: console.line("database", line))
            try:
                _Watch(plan, console, began).run()
            finally:
                erase_record(folder)
        return Exit.OK


def _with_ports(settings: Settings, args: argparse.Namespace) -> Settings:
    web, bridge = settings.web, settings.bridge
    if args.port is not None:
        web = replace(web, port=args.port)
    if args.bridge_port is not None:
        bridge = replace(bridge, port=args.bridge_port)
    return replace(settings, web=web, bridge=bridge)


class _Watch:
    """Shows and records what the supervisor tells, and says when all is ready."""

    def __init__(self, plan: Plan, console: Console, began: float) -> None:
        self._plan = plan
        self._console = console
        self._began = began
        self._started_ns = time.time_ns()
        self._ready = False
        self._asked = False
        self._supervisor = Supervisor(plan.programs, self, name=NAME)

    def run(self) -> None:
        """Run everything until it is told to stop."""
        for error in self._plan.absent:
            self.line(NAME, LogLine(Level.WARN, str(error)))
        self._supervisor.run()
        self.line(NAME, LogLine(Level.INFO, "everything has ended"))

    def line(self, process: str, line: LogLine) -> None:
        """Show a line."""
        self._console.line(process, line)

    def environment(self, program: Program) -> Mapping[str, str]:
        """Give a program's environment."""
        return self._plan.environment(program)

    def interrupted(self) -> bool:
        """End everything at once."""
        return False

    def changed(self) -> None:
        """Record the states; look whether all is ready."""
        self._record()
        states = {record.name: record.state for record in self._supervisor.records}
        # The dashboard shows what is missing, so nothing else is waited for where there is one.
        awaited = [states["web"]] if "web" in states else list(states.values())
        if self._asked or self._supervisor.stopping or set(awaited) != {"running"}:
            return
        self._asked = True
        if self._plan.has("web"):
            values = self._plan.values
            readiness.when_answering(values["web_host"], int(values["web_port"]), self._invite)
        else:
            self._announce("")

    def _invite(self) -> None:
        """Make the sign-in link; runs in the thread that asked for the dashboard's health."""
        answered_s = time.monotonic() - self._began
        made = invite(self._plan.addresses["dashboard"], self._plan.environment())
        self._supervisor.loop.post(lambda: self._announce(made, answered_s))

    def _announce(self, made: str | LogLine, answered_s: float = 0.0) -> None:
        self._ready = True
        self._record()
        plan = self._plan
        link = made if isinstance(made, str) else ""
        if isinstance(made, LogLine):
            self.line(NAME, made)
        seconds = answered_s or time.monotonic() - self._began
        rows = {
            "dashboard": plan.addresses.get("dashboard", ""),
            "sign in": link,
            "bridge": plan.addresses.get("bridge", ""),
            "ROS": f"domain {plan.settings.core.domain}, namespace /{plan.choices['namespace'].strip('/')}",
            "data": str(plan.settings.data),
        }
        lines = "".join(f"\n  {name:<10} {text}" for name, text in rows.items() if text)
        text = f"\n  HRIStudio is ready after {seconds:.1f} s\n{lines}\n\n  Ctrl-C stops everything.\n"
        self._console.announce(
            "ready",
            text,
            seconds=round(seconds, 3),
            addresses=plan.addresses,
            sign_in=link,
            data=str(plan.settings.data),
            pid=os.getpid(),
        )

    def _record(self) -> None:
        settings, choices = self._plan.settings, self._plan.choices
        record = StackRecord(
            pid=os.getpid(),
            version=own_version(),
            started_ns=self._started_ns,
            namespace=choices["namespace"],
            robot=choices["robot"],
            domain=settings.core.domain,
            discovery=self._plan.shared.get(DISCOVERY, ""),
            addresses=self._plan.addresses,
            processes=self._supervisor.records,
            ready=self._ready,
        )
        write_record(settings.folder, record)

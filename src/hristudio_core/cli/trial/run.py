"""Run a protocol on a robot, without a dashboard."""

import argparse
import os
import signal
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import open_database
from hristudio_core.cli._output import print_json, stdout_for_results
from hristudio_core.cli._robots import look_where, profile_path
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.protocol._files import load_or_refuse
from hristudio_core.cli.trial._private import PARTS, PrivateStack
from hristudio_core.cli.trial._proof import Proof, prove
from hristudio_core.cli.trial._report import decisions, latencies
from hristudio_core.cli.trial._source import BOTH, JOURNAL, open_source
from hristudio_core.cli.trial._words import parameter, seed, speed
from hristudio_core.nodes.remote import Progress, Session, TrialResult, TrialWish, run_trial
from hristudio_core.ops import secrets
from hristudio_core.ops.console import Console
from hristudio_core.ops.domain import reserve_domain
from hristudio_core.ops.leftovers import end_leftovers
from hristudio_core.ops.lock import FolderLock, running_record
from hristudio_core.ops.logs import open_sinks
from hristudio_core.ops.plan import DISCOVERY, make_plan
from hristudio_core.ops.record import StackRecord, erase_record, read_record
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.stack import ros_namespace
from hristudio_core.store.errors import NotFound, StoreFault
from hristudio_core.store.trials import PostgresTrials

AUTO, PEOPLE = "auto", "people"
MODES = ("live", "pilot", "rehearsal")
START_S = 40.0
SHIP_S = 20.0
LOOK_S = 0.05
# Of the names in the report.
WIDTH = 15


class Run(Verb):
    """Run a protocol on a robot, without a dashboard, through the same ROS nodes.

    Uses the stack that runs in the data folder. Where none does, it starts the nodes and the
    embedded database in a ROS domain of their own, and ends them again. Ctrl-C aborts the trial.
    Waits until PostgreSQL holds every event, and compares it with the journal.
    """

    EXAMPLES = """\
  hristudio trial run config/protocols/greeting.yaml --wizard auto --seed 7 --json
  hristudio trial run greeting --participant P07 --condition warm --param name=Ada
  hristudio trial run greeting.yaml --wizard auto --speed 20       a simulated robot in a hurry"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "protocol", metavar="FILE", help="protocol file, or the name of one that is installed"
        )
        parser.add_argument(
            "--robot", default="sim", help="profile of the robot, where none runs yet (default: sim)"
        )
        parser.add_argument("--namespace", default="", help="namespace of the robot, where none runs yet")
        parser.add_argument(
            "--wizard",
            choices=(AUTO, PEOPLE),
            default=AUTO,
            help="who answers prompts (default: auto, seeded)",
        )
        parser.add_argument(
            "--seed", type=seed, default=0, help="of every random choice; 0: drawn and recorded"
        )
        parser.add_argument("--participant", default="", help="participant code")
        parser.add_argument("--condition", default="", help="condition of the protocol")
        parser.add_argument("--mode", choices=MODES, default="rehearsal", help="(default: rehearsal)")
        parser.add_argument(
            "--param",
            type=parameter,
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="parameter of the trial",
        )
        parser.add_argument(
            "--speed", type=speed, default=20.0, help="of a simulated robot that it starts (default: 20)"
        )
        parser.add_argument("--verbose", action="store_true", help="show the log of the nodes that it starts")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Run it and report."""
        settings = settings_of(args)
        profile_path(args.robot)
        run = _Run(args, settings)
        settings.folder.prepare()
        secrets.ensure(settings.folder.secrets)
        with stdout_for_results():
            record = running_record(settings.folder)
            if record:
                run.in_running_stack(record)
            else:
                run.in_private_stack()
        told = run.report()
        if args.json:
            print_json(told)
        else:
            _print_report(told)
        good = told["outcome"] == "completed" and told["database"]["equal_to_journal"]
        return Exit.OK if good else Exit.NOT_IN_ORDER


class _Run:
    """One run: the trial, the wait for the database, the comparison."""

    def __init__(self, args: argparse.Namespace, settings: Settings) -> None:
        self._args = args
        self._settings = settings
        self._wish = _wish(args)
        self._interrupted = threading.Event()
        self._shown = ""
        self._result: TrialResult | None = None
        self._proof: Proof | None = None
        self._trouble = ""
        self._waited_s = 0.0

    def in_running_stack(self, record: StackRecord) -> None:
        """Run the trial with the nodes that are there."""
        look_where(record)
        signal.signal(signal.SIGINT, lambda *_: self._interrupted.set())
        self._run(record.domain, record.namespace)

    def in_private_stack(self) -> None:
        """Run the trial with nodes of its own."""
        folder, args = self._settings.folder, self._args
        with FolderLock(folder), closing(reserve_domain()) as reserved:
            end_leftovers(read_record(folder))
            erase_record(folder)
            settings = self._settings.in_domain(reserved.domain)
            os.environ[DISCOVERY] = "LOCALHOST"
            choices = {"namespace": args.namespace, "robot": args.robot, "log_level": settings.logs.level}
            speed = {"sim_robot": {"time_scale": f"{args.speed:f}"}}
            plan = make_plan(settings, choices, only=PARTS, parameters=speed)
            for missing in plan.absent:
                raise missing
            out = sys.stderr if args.verbose else open(os.devnull, "w")  # noqa: PTH123, SIM115 - to the end
            sinks = open_sinks(settings.logs, folder.log, "trial-run")
            console = Console(out, as_json=False, sinks=sinks, clock=time.time)
            with closing(console):
                work = lambda: self._run(settings.core.domain, args.namespace)  # noqa: E731 - called in a thread
                PrivateStack(plan, console, work, self._interrupted).run()

    def report(self) -> dict[str, Any]:
        """Tell everything."""
        result = self._result
        if result is None:
            return {
                "outcome": "interrupted",
                "reason": self._trouble,
                "database": {"equal_to_journal": False},
            }
        told = msgspec.structs.asdict(result)
        if not result.trial_id:
            return {
                **told,
                "database": {"rows": 0, "equal_to_journal": False, "trouble": "the trial never began"},
            }
        with open_source(JOURNAL, self._settings) as source:
            entries = list(source.entries(result.trial_id))
        return {
            **told,
            "latencies": msgspec.to_builtins(latencies(entries)),
            "decisions": decisions(entries),
            "database": {
                "rows": self._proof.events.get("database", 0) if self._proof else 0,
                "equal_to_journal": bool(self._proof and self._proof.whole),
                "waited_s": round(self._waited_s, 3),
                "trouble": self._trouble,
            },
        }

    def _run(self, domain: int, namespace: str) -> None:
        with Session(ros_namespace(namespace), domain) as session:
            result = run_trial(
                session, self._wish, progress=self._show, interrupted=self._interrupted, start_s=START_S
            )
        self._result = result
        if result.trial_id:
            self._compare(result)

    def _compare(self, result: TrialResult) -> None:
        """Wait for the logger, then compare; a database that is away is told, not raised."""
        began = time.monotonic()
        try:
            while trouble := self._missing(result):
                if time.monotonic() - began > SHIP_S:
                    self._trouble = f"after {SHIP_S:.0f} s {trouble}"
                    break
                threading.Event().wait(LOOK_S)
            self._proof = prove(result.trial_id, BOTH, self._settings)
        except StoreFault as error:
            self._trouble = str(error)
        self._waited_s = time.monotonic() - began

    def _missing(self, result: TrialResult) -> str:
        """What the database lacks yet, in words: a stack that has just begun may have no tables."""
        try:
            with open_database(self._settings) as database:
                held = _count(PostgresTrials(database), result.trial_id)
        except StoreFault as error:
            return str(error)
        return "" if held >= result.events else f"the database holds {held} of {result.events} events"

    def _show(self, progress: Progress) -> None:
        text = f"{progress.share:4.0%}  {progress.step:<20} {progress.waiting_for or progress.action}"
        # Between two steps, and behind the last one, there is nothing to say.
        if progress.step and text != self._shown:
            self._shown = text
            print(text, file=sys.stderr, flush=True)


def _count(trials: PostgresTrials, trial_id: str) -> int:
    try:
        return trials.get(trial_id).event_count
    except NotFound:
        return 0


def _wish(args: argparse.Namespace) -> TrialWish:
    path = Path(args.protocol)
    if path.is_file():
        # Every problem with its line, before anything is started.
        load_or_refuse(args.protocol)
        given = {"protocol_yaml": path.read_text()}
    else:
        given = {"protocol": args.protocol}
    parameters = dict(args.param)
    return TrialWish(
        **given,
        participant=args.participant,
        condition=args.condition,
        mode=args.mode,
        seed=args.seed,
        parameters=msgspec.json.encode(parameters).decode(),
        actor=os.environ.get("USER", "") or f"uid {os.getuid()}",
        automatic=args.wizard == AUTO,
    )


def _print_report(told: dict[str, Any]) -> None:
    database = told["database"]
    if not told.get("trial_id"):
        print(f"{'outcome':<{WIDTH}} {told['outcome']}, no trial began")
        if told["reason"]:
            print(f"{'reason':<{WIDTH}} {told['reason']}")
        return
    for name in ("trial_id", "outcome", "reason", "digest", "seed", "events"):
        if told.get(name) not in {None, ""}:
            print(f"{name:<{WIDTH}} {told[name]}")
    print(f"{'duration_s':<{WIDTH}} {told['duration_s']:.1f}")
    for name, values in told.get("latencies", {}).items():
        print(
            f"{name:<{WIDTH}} p50 {values['p50']:.1f}, p95 {values['p95']:.1f}, max {values['max']:.1f}"
            f" of {values['count']}"
        )
    rows, trouble = database.get("rows", 0), database.get("trouble")
    same = "equal to the journal" if database["equal_to_journal"] else "NOT equal to the journal"
    # What never came is not unequal: it is still to come, and the journal keeps it.
    held = f"{rows} rows, {same}" if rows or not trouble else "holds none of it yet; the journal has it all"
    print(f"{'database':<{WIDTH}} {held}{f' ({trouble})' if trouble else ''}")

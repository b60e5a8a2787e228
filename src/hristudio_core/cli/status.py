"""Show what runs: processes, addresses, robot, trial, lag."""

import argparse
import time
from datetime import datetime, timezone
from typing import Any

import msgspec

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json, print_table, stdout_for_results
from hristudio_core.cli._robots import look_where
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.nodes.remote import Snapshot, look
from hristudio_core.ops.lock import running_record
from hristudio_core.ops.notice_file import read_notice
from hristudio_core.ops.record import StackRecord
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.stack import ros_namespace
from hristudio_core.ops.version import own_version
from hristudio_telemetry import Debug, read_debug


class Status(Verb):
    """Show what runs: processes, addresses, the robot, its trial, and how far the database is behind.

    Asks the stack of the data folder and, over ROS, the nodes themselves: nodes that `ros2 launch` started
    answer as well. A maintenance and a debug mode are told. Exit code 1 when nothing answers.
    """

    EXAMPLES = """\
  hristudio status
  hristudio status --namespace nao --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--namespace", help="namespace of the robot (default: that of the stack that runs)"
        )
        parser.add_argument(
            "--wait", type=float, default=3.0, metavar="S", help="how long nodes may take to answer, s"
        )
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Look and tell."""
        settings = settings_of(args)
        record = running_record(settings.folder)
        with stdout_for_results():
            snapshot = _look(record, settings, args)
        if args.json:
            print_json(_told(record, snapshot, settings))
        else:
            _print_stack(record, settings)
            _print_snapshot(snapshot)
        answered = record or snapshot.robot or snapshot.trial
        return Exit.OK if answered else Exit.NOT_IN_ORDER


def _look(record: StackRecord | None, settings: Settings, args: argparse.Namespace) -> Snapshot:
    given = args.namespace if args.namespace is not None else record.namespace if record else ""
    look_where(record)
    return look(ros_namespace(given), record.domain if record else settings.core.domain, args.wait)


def _told(record: StackRecord | None, snapshot: Snapshot, settings: Settings) -> dict[str, Any]:
    stack = msgspec.to_builtins(record) if record else None
    return {
        "version": own_version(),
        "data": str(settings.data),
        "running": record is not None,
        "stack": stack,
        "maintenance": msgspec.to_builtins(read_notice(settings.folder.run)),
        "debug": msgspec.to_builtins(_debug(settings)),
        **msgspec.to_builtins(snapshot),
    }


def _print_stack(record: StackRecord | None, settings: Settings) -> None:
    if record is None:
        print(f"no stack runs in {settings.data}; `hristudio up` starts one")
        return
    minutes = (time.time_ns() - record.started_ns) / 60e9
    print(
        f"HRIStudio {record.version}, process {record.pid}, for {minutes:.0f} min, ROS domain {record.domain}"
    )
    for name, address in record.addresses.items():
        print(f"  {name:<11} {address}")
    if notice := read_notice(settings.folder.run):
        told = notice.title(datetime.now(timezone.utc))
        print(f"  {'maintenance':<11} {told}; `hristudio maintenance off` ends it")
    if debug := _debug(settings):
        names = ", ".join(debug.processes) or "all processes"
        print(f"  {'debug mode':<11} of {names}, {debug.left_s(time.time()) / 60:.0f} min more")
    print()
    rows = [
        (item.name, item.state, item.pid or "", item.restarts, item.last_exit) for item in record.processes
    ]
    print_table(("process", "state", "pid", "restarts", "ended last by"), rows)


def _debug(settings: Settings) -> Debug | None:
    debug = read_debug(settings.folder.run)
    return debug if debug and debug.left_s(time.time()) else None


def _print_snapshot(snapshot: Snapshot) -> None:
    robot, trial = snapshot.robot, snapshot.trial
    print()
    if robot:
        state = "stopped: " + robot.stop_reason if robot.stopped else ", ".join(robot.running) or "at rest"
        battery = f", battery {robot.battery:.0%}" if robot.battery >= 0 else ""
        print(
            f"robot   {robot.name}, {'connected' if robot.connected else 'NOT connected'}{battery}, {state}"
        )
    else:
        print("robot   the skill server does not answer")
    if trial and trial.trial_id:
        where = trial.outcome or f"{trial.phase} in {trial.step or 'no step'}"
        print(f"trial   {trial.trial_id} ({trial.protocol}): {where}, {trial.last_seq} events")
    else:
        print("trial   none since the start" if trial else "trial   the trial manager does not answer")
    if trial:
        late = f"{trial.unshipped} not in the database yet, the oldest for {trial.lag_s:.1f} s"
        print(f"events  {late if trial.unshipped else 'all in the database'}")

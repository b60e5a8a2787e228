"""What a support bundle has from whatever runs: the ROS graph, the robot, the dashboard."""

from collections.abc import Mapping
from typing import Any
from urllib.request import urlopen

import msgspec

from hristudio_core.cli._checks import ALL
from hristudio_core.cli._checks.discovery import NO_NODES
from hristudio_core.cli._robots import look_where
from hristudio_core.ops.bundle import Part
from hristudio_core.ops.lock import running_record
from hristudio_core.ops.record import StackRecord
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.stack import ros_namespace
from hristudio_core.support import contents, without_people

ASK_S = 3.0


def parts_of(settings: Settings) -> Mapping[str, Part]:
    """Give what stands in a bundle of this installation."""
    record = running_record(settings.folder)
    return {
        **contents(settings),
        "doctor.json": lambda: [check(settings) for check in ALL],
        "robot.json": lambda: _robot(record, settings),
        "graph.json": lambda: _graph(record, settings),
        "health.json": lambda: _asked(record, "/api/health"),
        "figures.json": lambda: _asked(record, "/api/metrics"),
    }


def _robot(record: StackRecord | None, settings: Settings) -> object:
    look_where(record)
    told = msgspec.to_builtins(_remote().look(*_place(record, settings), ASK_S))
    return {part: known and without_people(known) for part, known in told.items()}


def _graph(record: StackRecord | None, settings: Settings) -> object:
    look_where(record)
    ours = [one.name for one in record.processes if one.name not in NO_NODES] if record else []
    return _remote().survey(*_place(record, settings), ours, ASK_S)


def _place(record: StackRecord | None, settings: Settings) -> tuple[str, int]:
    if record is None:
        return ros_namespace(""), settings.core.domain
    return ros_namespace(record.namespace), record.domain


def _remote() -> Any:
    # Whoever needs a bundle may have no ROS that works.
    from hristudio_core.nodes import remote  # noqa: PLC0415

    return remote


def _asked(record: StackRecord | None, path: str) -> object:
    address = record.addresses.get("dashboard", "") if record else ""
    if not address.startswith("http"):
        raise LookupError("no dashboard runs here")
    with urlopen(address.rstrip("/") + path, timeout=ASK_S) as answer:  # noqa: S310 - the stack's own address
        return msgspec.json.decode(answer.read())

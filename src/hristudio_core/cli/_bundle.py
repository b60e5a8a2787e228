"""What stands in a support bundle, and what must not."""

from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec

from hristudio_core.cli._checks import ALL, owner_url
from hristudio_core.cli._checks.discovery import NO_NODES
from hristudio_core.cli._command import own_version
from hristudio_core.cli._robots import look_where
from hristudio_core.journal import JournalError, SqliteJournal
from hristudio_core.ops.bundle import Part, packages, settings_text
from hristudio_core.ops.lock import running_record
from hristudio_core.ops.machine import machine, processes
from hristudio_core.ops.record import StackRecord
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.stack import ros_namespace
from hristudio_core.store.activity import activity, people, sizes
from hristudio_core.store.errors import StoreError
from hristudio_core.store.migrate import status

ASK_S = 3.0
NO_DATABASE = "no database runs here, and DATABASE_URL names none"


def parts_of(settings: Settings) -> Mapping[str, Part]:
    """Give what stands in a bundle of this installation."""
    record = running_record(settings.folder)
    return {
        "version.txt": lambda: f"HRIStudio {own_version()}\n",
        "machine.json": lambda: machine(settings.data),
        "packages.txt": packages,
        "settings.json": lambda: settings_text(settings),
        "doctor.json": lambda: [check(settings) for check in ALL],
        "stack.json": lambda: record,
        "processes.json": lambda: processes(record),
        "robot.json": lambda: _robot(record, settings),
        "graph.json": lambda: _graph(record, settings),
        "journals.json": lambda: _journals(settings.folder.journals),
        "health.json": lambda: _asked(record, "/api/health"),
        "figures.json": lambda: _asked(record, "/api/metrics"),
        "migrations.json": lambda: status(_database(settings)),
        "connections.json": lambda: activity(_database(settings)),
        "sizes.json": lambda: sizes(_database(settings)),
    }


def hidden_in(settings: Settings) -> set[str]:
    """Give what must stand nowhere: secrets that are set; names and codes, as far as the database tells."""
    words = set(settings.secrets())
    with suppress(LookupError, StoreError):
        words |= people(_database(settings))
    return words


def _robot(record: StackRecord | None, settings: Settings) -> dict[str, Any]:
    look_where(record)
    told = msgspec.to_builtins(_remote().look(*_place(record, settings), ASK_S))
    # Codes of participants, and what people have typed, stay here.
    for name in ("participant", "reason", "stop_reason", "running"):
        _forget(told, name)
    return dict(told)


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


def _journals(folder: Path) -> dict[str, Any]:
    """Tell of each journal what it holds and what PostgreSQL lacks of it."""
    told: dict[str, Any] = {}
    for path in sorted(folder.glob("*.sqlite")):
        try:
            with closing(SqliteJournal.reader(path)) as journal:
                trials, backlog = journal.trials(), journal.backlog()
        except JournalError as error:
            told[path.stem] = {"bytes": path.stat().st_size, "trouble": str(error)}
            continue
        told[path.stem] = {"bytes": path.stat().st_size, "trials": len(trials), "unshipped": backlog}
    return told


def _forget(value: object, name: str) -> None:
    if isinstance(value, dict):
        value.pop(name, None)
        for inner in value.values():
            _forget(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _forget(inner, name)


def _asked(record: StackRecord | None, path: str) -> object:
    address = record.addresses.get("dashboard", "") if record else ""
    if not address.startswith("http"):
        raise LookupError("no dashboard runs here")
    with urlopen(address.rstrip("/") + path, timeout=ASK_S) as answer:  # noqa: S310 - the stack's own address
        return msgspec.json.decode(answer.read())


def _database(settings: Settings) -> str:
    url = owner_url(settings)
    if not url:
        raise LookupError(NO_DATABASE)
    return url

"""What stands in a support bundle, and what must not; whoever has ROS or pages adds what those tell."""

from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from hristudio_core.journal import JournalError, SqliteJournal
from hristudio_core.ops.bundle import Part, packages, settings_text
from hristudio_core.ops.lock import running_record
from hristudio_core.ops.machine import machine, processes
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.version import own_version
from hristudio_core.store.activity import activity, people, sizes
from hristudio_core.store.errors import StoreError
from hristudio_core.store.migrate import status
from hristudio_core.support.checks import CHECKS
from hristudio_core.support.database import owner_url

NO_DATABASE = "no database runs here, and DATABASE_URL names none"
TOLD = frozenset(
    {
        *("robot", "name", "profile", "connected", "stopped", "since_ns", "battery"),
        *("trial_id", "protocol", "version", "digest", "mode", "phase", "outcome", "started_ns"),
        *("step", "step_started_ns", "steps_done", "steps_total", "last_seq"),
        *("journal_unshipped", "unshipped", "logger_lag_s", "lag_s"),
    }
)
"""Of a robot and its trial; all else may say who takes part, or what was typed or said."""


def contents(settings: Settings) -> Mapping[str, Part]:
    """Give what stands in every bundle of this installation."""
    record = running_record(settings.folder)
    return {
        "version.txt": lambda: f"HRIStudio {own_version()}\n",
        "machine.json": lambda: machine(settings.data),
        "packages.txt": packages,
        "settings.json": lambda: settings_text(settings),
        "doctor.json": lambda: [check(settings) for check in CHECKS],
        "stack.json": lambda: record,
        "processes.json": lambda: processes(record),
        "journals.json": lambda: _journals(settings.folder.journals),
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


def without_people(told: Mapping[str, Any]) -> dict[str, Any]:
    """Choose from what a robot's status or a trial's state tells what is about nobody; see `TOLD`."""
    return {name: value for name, value in told.items() if name in TOLD}


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


def _database(settings: Settings) -> str:
    url = owner_url(settings)
    if not url:
        raise LookupError(NO_DATABASE)
    return url

"""What an upgrade has done, written down before and after each step: it can be gone on with or taken back."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from hristudio_core.upgrade.errors import UpgradeRefused
from hristudio_core.upgrade.version import Kind

FOLDER = "upgrades"
TOUCHING = frozenset({"migrate", "activate", "restart"})
"""Steps from which on something serves, or is kept, otherwise than before."""
UPGRADED, BACK, GIVEN_UP = "upgraded", "rolled back", "given up"


class Choices(Struct, frozen=True):
    """How an upgrade is to be done; kept, so that going on does it the same way.

    Attributes:
        wait_s: How long to wait for trials that run, s.
        when_idle: Begin the maintenance only when no trial runs.
        restart: Words of the command that has the dashboard's processes replaced.
        url: The site to check; empty: the one of the settings.
        authority: Certificate authority of the site, where it is one's own.
        message: For everybody to read meanwhile.
    """

    restart: tuple[str, ...]
    wait_s: float = 14_400.0
    when_idle: bool = False
    url: str = ""
    authority: str = ""
    message: str = ""


class Record(Struct, frozen=True, kw_only=True):
    """One upgrade.

    Attributes:
        id: When it began, and its name.
        source: What was given, a checkout or an archive.
        release: The release that it makes, with ``version``.
        former: The release that served before, with ``former_version``.
        migrations: Those that waited when it began.
        breaking: Those of them with which the former release may not go on.
        backup: The backup that was taken before anything was changed.
        done: Steps that are done, in order.
        doing: The step that was begun; it may be done or half done.
        undoing: The way back was taken.
        undone: Steps of the way back that are done.
        failure: What the last step said that was not done.
        outcome: upgraded, rolled back, given up; empty: not at an end.
    """

    id: str
    source: str
    release: str
    version: str
    former: str
    former_version: str
    kind: Kind
    choices: Choices
    started_at: datetime
    migrations: tuple[str, ...] = ()
    breaking: tuple[str, ...] = ()
    backup: str = ""
    done: tuple[str, ...] = ()
    doing: str = ""
    undoing: bool = False
    undone: tuple[str, ...] = ()
    failure: str = ""
    outcome: str = ""

    @property
    def touched(self) -> bool:
        """Whether anything may be otherwise than before."""
        return bool(TOUCHING & {*self.done, self.doing}) or self.undoing

    @property
    def needs_restore(self) -> bool:
        """Whether the former release needs its database back."""
        migrated = "migrate" in self.done or self.doing == "migrate" or self.undoing
        return migrated and bool(self.migrations) and (self.kind is Kind.MAJOR or bool(self.breaking))


class Ledger:
    """The records of a machine, one file an upgrade."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one that upgrades this machine while the block lasts.

        Raises:
            UpgradeRefused: Somebody else does.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise UpgradeRefused("another `hristudio upgrade` is under way here: let it end") from None
            yield

    def last(self) -> Record | None:
        """Give the newest upgrade; None: there was none."""
        files = sorted(self._folder.glob("*.json"))
        return msgspec.json.decode(files[-1].read_bytes(), type=Record) if files else None

    def save(self, record: Record) -> Record:
        """Keep a record; it is on the disk when this returns."""
        file = self._folder / f"{record.id}.json"
        draft = file.with_name(f".{file.name}")
        with draft.open("wb") as target:
            target.write(msgspec.json.format(msgspec.json.encode(record), indent=2))
            target.flush()
            os.fsync(target.fileno())
        draft.replace(file)
        return record

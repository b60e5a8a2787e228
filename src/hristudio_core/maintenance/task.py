"""A task of the maintenance: what it is, what it works with, what came of it."""

import enum
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from msgspec import Struct

from hristudio_core.backup import Shelf
from hristudio_core.maintenance.errors import NoDatabase, OutOfTime
from hristudio_core.media import Media
from hristudio_core.ops.settings import Settings


class Rhythm(str, enum.Enum):
    """How often a task is done."""

    DAILY = "daily"
    WEEKLY = "weekly"


class Verdict(str, enum.Enum):
    """What came of a task: warning and failed make the whole of it not in order."""

    DONE = "done"
    NOTHING = "nothing"
    WARNING = "warning"
    FAILED = "failed"


class Done(Struct, frozen=True):
    """What a task did, or would do.

    Attributes:
        verdict: What came of it.
        told: One sentence.
        count: Of what it is about: files, rows, tables.
        bytes: Room that it gave back, or would.
        details: One line a thing, where somebody has to look at it.
    """

    verdict: Verdict
    told: str
    count: int = 0
    bytes: int = 0
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Databases:
    """The database as its users and as its owner reach it; ``missing``: why neither does."""

    work: str = ""
    owner: str = ""
    missing: str = "there is none"


@dataclass(frozen=True)
class Work:
    """What tasks work with.

    Attributes:
        settings: Of this installation.
        databases: See there.
        shelf: Opens the place of backups.
        media: Opens the store of recordings.
        now: The present, with its time zone.
        dry_run: Look, and change nothing.
        delete_orphans: Whether recordings of no trial may be deleted.
        limit_s: How long the task may take, s.
        began_s: When it began, on the monotonic clock, s.
    """

    settings: Settings
    databases: Databases
    shelf: Callable[[], Shelf]
    media: Callable[[], Media]
    now: datetime
    dry_run: bool = False
    delete_orphans: bool = False
    limit_s: float = 0.0
    began_s: float = field(default_factory=time.monotonic)

    @property
    def work_url(self) -> str:
        """The database as the program works on it.

        Raises:
            NoDatabase: There is none.
        """
        if not self.databases.work:
            raise NoDatabase(self.databases.missing)
        return self.databases.work

    @property
    def owner_url(self) -> str:
        """The database as its owner reaches it, past any pooler.

        Raises:
            NoDatabase: There is none.
        """
        if not self.databases.owner:
            raise NoDatabase(self.databases.missing)
        return self.databases.owner

    @property
    def left_s(self) -> float:
        """How long the task may still take, s; at least a moment."""
        return max(0.1, self.began_s + self.limit_s - time.monotonic())

    def proceed(self) -> None:
        """Go on with the next thing.

        Raises:
            OutOfTime: Not any more.
        """
        if time.monotonic() > self.began_s + self.limit_s:
            raise OutOfTime(self.limit_s)

    def said(self, done: str, would: str) -> str:
        """Choose the words for what was done, or only looked at."""
        return would if self.dry_run else done


@dataclass(frozen=True)
class Task:
    """A task: ``does`` says what, ``limit_s`` how long it may take in seconds."""

    name: str
    rhythm: Rhythm
    does: str
    limit_s: float
    work: Callable[[Work], Done]

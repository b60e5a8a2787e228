"""Bringing a database's schema up to date, with a backup before it and a check behind it."""

from collections.abc import Callable
from dataclasses import dataclass

from hristudio_core.cli._errors import MigrationStopped
from hristudio_core.cli.backup._place import make, shelf_of
from hristudio_core.ops.settings import Settings
from hristudio_core.store.errors import MigrationFailed
from hristudio_core.store.migrate import Migration, migrate, problems, status
from hristudio_core.store.snapshot import holds_data

UNPROTECTED = "WITHOUT A BACKUP: what a migration does to data cannot be undone"


@dataclass(frozen=True)
class MigrationReport:
    """What was done.

    Attributes:
        applied: The migrations, in order.
        backup: Name of the backup that was taken before; empty: none, for nothing was to be done or lost.
        unprotected: There was something to lose, and no backup was wanted.
        problems: In what the schema is still not the one that is needed.
    """

    applied: tuple[Migration, ...]
    backup: str
    unprotected: bool
    problems: tuple[str, ...]


def migrate_safely(
    settings: Settings, url: str, *, backup: bool = True, tell: Callable[[str], None] = lambda _: None
) -> MigrationReport:
    """Take a backup if there is anything to lose, apply what is pending, and check the schema.

    Args:
        settings: Where backups go and whom they are encrypted for.
        url: The database, as its owner reaches it, past any pooler.
        backup: Whether to take one.
        tell: Called with each step.

    Raises:
        MigrationStopped: A migration failed. It left nothing behind; those before it stay.
        BackupError: No backup could be made; the database was not touched.
        StoreError: The database does not serve.
    """
    pending = [migration for migration in status(url) if not migration.applied]
    losable = bool(pending) and holds_data(url)
    made = ""
    if losable and backup:
        tell("a backup first")
        made = make(settings, shelf_of(settings), url, tell).id
    elif losable:
        tell(UNPROTECTED)
    for migration in pending:
        tell(f"migration {migration.version} {migration.name}")
    try:
        applied = migrate(url)
    except MigrationFailed as error:
        left = [migration for migration in status(url) if not migration.applied]
        raise MigrationStopped(str(error), len(pending) - len(left), made) from error
    return MigrationReport(tuple(applied), made, losable and not backup, tuple(problems(url)))

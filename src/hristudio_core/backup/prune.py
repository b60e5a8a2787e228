"""Removing the backups that are kept no longer, and what nobody needs then."""

from dataclasses import dataclass
from datetime import datetime, timezone

from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.recordings import YOUNG, sweep
from hristudio_core.backup.retention import superfluous
from hristudio_core.backup.shelf import Shelf
from hristudio_core.ops.settings import BackupSettings


@dataclass(frozen=True)
class Pruned:
    """What was removed, and how much is kept. ``unfinished`` counts backups that were cut off."""

    removed: tuple[Manifest, ...]
    kept: int
    recordings: int
    unfinished: int


def prune(shelf: Shelf, rules: BackupSettings, *, dry_run: bool = False) -> Pruned:
    """Remove the backups that no rule keeps; the newest is always kept."""
    names, known = shelf.names(), shelf.all()
    gone = superfluous(
        known, hourly=rules.hourly, daily=rules.daily, weekly=rules.weekly, monthly=rules.monthly
    )
    for manifest in () if dry_run else gone:
        shelf.remove(manifest.id)
    removed = {manifest.id for manifest in gone}
    kept = [manifest for manifest in known if manifest.id not in removed]
    # A backup that cannot be read, by a newer program perhaps, may need any of them.
    copies = sweep(shelf, kept, dry_run=dry_run) if len(names) == len(known) else 0
    half = shelf.tidy(datetime.now(timezone.utc) - YOUNG, dry_run=dry_run)
    return Pruned(tuple(gone), len(kept), copies, half)

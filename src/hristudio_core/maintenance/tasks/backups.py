"""Old backups."""

from hristudio_core.backup import prune
from hristudio_core.maintenance.task import Done, Verdict, Work


def prune_backups(work: Work) -> Done:
    """Remove backups by the rules of their retention, as `hristudio backup prune` does."""
    pruned = prune(work.shelf(), work.settings.backup, dry_run=work.dry_run)
    count = len(pruned.removed) + pruned.unfinished
    if not count and not pruned.recordings:
        return Done(Verdict.NOTHING, f"{pruned.kept} are kept")
    freed = sum(manifest.size for manifest in pruned.removed)
    what = f"{len(pruned.removed)} backups, {pruned.unfinished} unfinished ones"
    told = f"{work.said('removed', 'would remove')} {what}, copies of {pruned.recordings} recordings"
    return Done(Verdict.DONE, f"{told}; {pruned.kept} are kept", count + pruned.recordings, freed)

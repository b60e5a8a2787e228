"""Journals of robots, pruned of what PostgreSQL surely has.

A trial manager prunes its own (parameter `journal_keep_days`). Here it is done for journals that none holds,
of a robot that is not used any more perhaps; and it is told what waits.
"""

from collections.abc import Iterator
from pathlib import Path

from hristudio_core.journal import JournalBusy, SqliteJournal
from hristudio_core.maintenance._files import DAY_S
from hristudio_core.maintenance.task import Done, Verdict, Work


def prune_journals(work: Work) -> Done:
    """Prune those that no process writes."""
    before_ns = int((work.now.timestamp() - work.settings.maintenance.journal_days * DAY_S) * 1e9)
    removed, details = 0, []
    for path in _journals(work):
        work.proceed()
        reader = SqliteJournal.reader(path)
        count, waiting = reader.prunable(before_ns), reader.backlog().count
        reader.close()
        if waiting:
            details.append(f"{path.name}: {waiting} events wait for PostgreSQL; they stay")
        if count and not work.dry_run:
            try:
                writer = SqliteJournal.writer(path)
            except JournalBusy:
                details.append(f"{path.name}: its trial manager prunes it")
                continue
            count = writer.prune(before_ns)
            writer.close()
        removed += count
    if not removed:
        return Done(Verdict.NOTHING, "nothing to prune", details=tuple(details))
    told = f"{work.said('removed', 'would remove')} {removed} events that PostgreSQL has"
    return Done(Verdict.DONE, told, removed, details=tuple(details))


def _journals(work: Work) -> Iterator[Path]:
    return iter(sorted(work.settings.folder.journals.glob("*.sqlite")))

"""Recordings without a trial, and trials without their recordings."""

from datetime import timedelta
from uuid import UUID

from hristudio_core.maintenance.task import Done, Verdict, Work
from hristudio_core.media import Media, Stored
from hristudio_core.store.upkeep import announced_recordings, known_trials

GROUP = "trials"
SETTLED = timedelta(days=1)
"""A link to store by holds for a quarter of an hour; a large recording may take a while."""
MOST_TOLD = 50
BATCH = 1000


def find_orphans(work: Work) -> Done:
    """Tell of both kinds; delete recordings of no trial only if that is wanted, and they are old."""
    media, url = work.media(), work.work_url
    listed: dict[str, Stored] = {}
    for one in media.list(f"{GROUP}/"):
        work.proceed()
        listed[one.key] = one
    orphans = _orphans(work, url, listed)
    lost = [
        f"lost: {name} of trial {trial}, announced {at:%Y-%m-%d}"
        for trial, name, at in announced_recordings(url, work.now - SETTLED)
        if f"{GROUP}/{trial}/{name}" not in listed
    ]
    old = [one for one in orphans if one.modified_at < work.now - _age(work)]
    if work.delete_orphans:
        _delete(work, media, old)
    return _told(work, orphans, old, lost)


def _told(work: Work, orphans: list[Stored], old: list[Stored], lost: list[str]) -> Done:
    if not orphans and not lost:
        return Done(Verdict.NOTHING, "every recording has its trial, and every trial its recordings")
    size = sum(one.size for one in orphans)
    told = f"{len(orphans)} recordings ({size / 1e6:.1f} MB) of no known trial, {len(lost)} lost"
    gone = old if work.delete_orphans else []
    if gone:
        told += f"; {work.said('deleted', 'would delete')} {len(gone)}"
    elif old:
        told += f"; --delete-orphans deletes {len(old)} that are older than {_age(work).days} days"
    freed = sum(one.size for one in gone)
    lines = (*(f"of no trial: {one.key}" for one in orphans if one not in gone), *lost)
    verdict = Verdict.WARNING if lines else Verdict.DONE
    return Done(verdict, told, len(gone), freed, lines[:MOST_TOLD])


def _orphans(work: Work, url: str, listed: dict[str, Stored]) -> list[Stored]:
    """Give the recordings whose trial PostgreSQL does not know."""
    trials = {key: key.split("/")[1] for key in listed}
    ids = sorted({trial for trial in trials.values() if _is_uuid(trial)})
    known: set[str] = set()
    for start in range(0, len(ids), BATCH):
        work.proceed()
        known |= known_trials(url, ids[start : start + BATCH])
    return [listed[key] for key, trial in trials.items() if trial not in known]


def _delete(work: Work, media: Media, gone: list[Stored]) -> None:
    for one in () if work.dry_run else gone:
        work.proceed()
        media.delete(one.key)


def _age(work: Work) -> timedelta:
    return timedelta(days=work.settings.maintenance.orphan_days)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False

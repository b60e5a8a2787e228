"""Which backups are kept: the newest of each of the last hours, days, weeks and months that have one."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from hristudio_core.backup.manifest import Manifest


def superfluous(
    manifests: Sequence[Manifest], *, hourly: int = 24, daily: int = 7, weekly: int = 4, monthly: int = 12
) -> list[Manifest]:
    """Give the backups that no rule keeps, the oldest first. The newest is always kept.

    Args:
        manifests: All there are, in any order.
        hourly: Hours of which the newest backup is kept.
        daily: Days of which the newest backup is kept.
        weekly: The same for ISO weeks.
        monthly: The same for months.
    """
    newest_first = sorted(manifests, key=lambda one: one.created_at, reverse=True)
    kept = {manifest.id for manifest in newest_first[:1]}
    kept |= _newest_of(newest_first, lambda at: (at.date(), at.hour), hourly)
    kept |= _newest_of(newest_first, lambda at: at.date(), daily)
    kept |= _newest_of(newest_first, lambda at: at.isocalendar()[:2], weekly)
    kept |= _newest_of(newest_first, lambda at: (at.year, at.month), monthly)
    return [manifest for manifest in reversed(newest_first) if manifest.id not in kept]


def _newest_of(
    newest_first: Iterable[Manifest], period: Callable[[datetime], object], number: int
) -> set[str]:
    found: dict[object, str] = {}
    for manifest in newest_first:
        found.setdefault(period(manifest.created_at), manifest.id)
    return set(list(found.values())[:number])

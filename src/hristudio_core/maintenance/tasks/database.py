"""Vacuum and analyse of the project's tables."""

from collections.abc import Callable, Sequence

from hristudio_core.maintenance.task import Done, Verdict, Work
from hristudio_core.store.upkeep import Table, analyse, tables, vacuum

Upkeep = Callable[[str, Sequence[Table], float, Callable[[Table], None]], None]


def vacuum_tables(work: Work) -> Done:
    """Vacuum and analyse what our role may."""
    return _keep_up(work, vacuum, work.said("vacuumed", "would vacuum"))


def analyse_tables(work: Work) -> Done:
    """Analyse what our role may."""
    return _keep_up(work, analyse, work.said("analysed", "would analyse"))


def _keep_up(work: Work, upkeep: Upkeep, verb: str) -> Done:
    found = tables(work.owner_url)
    ours = [table for table in found if table.ours]
    others = [table.name for table in found if not table.ours]
    if others and not ours:
        told = "the role may not: set DATABASE_URL_UNPOOLED to the address of the schema's owner"
        return Done(Verdict.FAILED, told, details=(f"not ours: {', '.join(others)}",))
    if not work.dry_run:
        upkeep(work.owner_url, ours, work.left_s, lambda _: work.proceed())
    dead = sum(table.dead for table in ours)
    size = sum(table.bytes for table in found)
    now = size if work.dry_run else sum(table.bytes for table in tables(work.owner_url))
    told = f"{verb} {len(ours)} tables of {size / 1e6:.1f} MB with {dead} dead rows"
    if others:
        return Done(Verdict.WARNING, told, len(ours), details=(f"another role's: {', '.join(others)}",))
    return Done(Verdict.DONE, told, len(ours), max(0, size - now))

from hristudio_core.maintenance.task import Rhythm, Task
from hristudio_core.maintenance.tasks.backups import prune_backups
from hristudio_core.maintenance.tasks.counters import drop_counters
from hristudio_core.maintenance.tasks.database import analyse_tables, vacuum_tables
from hristudio_core.maintenance.tasks.disk import look_at_disks
from hristudio_core.maintenance.tasks.entrance import forget_expired
from hristudio_core.maintenance.tasks.journals import prune_journals
from hristudio_core.maintenance.tasks.logs import remove_logs
from hristudio_core.maintenance.tasks.recordings import find_orphans
from hristudio_core.maintenance.tasks.temporary import remove_temporary

__all__ = ["TASKS"]

DAILY, WEEKLY = Rhythm.DAILY, Rhythm.WEEKLY

TASKS = (
    Task("disk", DAILY, "warns where a disk of ours is too full", 30.0, look_at_disks),
    Task("expired", DAILY, "removes expired sessions, links, invitations, tokens", 60.0, forget_expired),
    Task("counters", DAILY, "removes counters of rate limits that would never end", 60.0, drop_counters),
    Task("temporary", DAILY, "removes temporary files of ours that nobody touches", 300.0, remove_temporary),
    Task("backups", DAILY, "removes backups that no rule keeps", 1800.0, prune_backups),
    Task("analyse", DAILY, "has the planner know what the tables hold", 600.0, analyse_tables),
    Task("vacuum", WEEKLY, "gives the room of dead rows back, and analyses", 3600.0, vacuum_tables),
    Task("logs", WEEKLY, "removes old log files that were put aside", 300.0, remove_logs),
    Task("journals", WEEKLY, "prunes journals of what PostgreSQL has", 600.0, prune_journals),
    Task("recordings", WEEKLY, "finds recordings without a trial, and lost ones", 1800.0, find_orphans),
)
"""In the order in which they are done."""

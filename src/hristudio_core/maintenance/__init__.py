from hristudio_core.maintenance.errors import MaintenanceError, MaintenanceRuns, OutOfTime
from hristudio_core.maintenance.running import Result, run
from hristudio_core.maintenance.task import Done, Rhythm, Task, Verdict, Work
from hristudio_core.maintenance.tasks import TASKS

__all__ = [
    "TASKS",
    "Done",
    "MaintenanceError",
    "MaintenanceRuns",
    "OutOfTime",
    "Result",
    "Rhythm",
    "Task",
    "Verdict",
    "Work",
    "run",
]

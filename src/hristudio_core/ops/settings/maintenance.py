"""Maintenance."""

from dataclasses import dataclass

from hristudio_core.ops.settings._values import real, whole
from hristudio_core.ops.settings._variable import variable


@dataclass(frozen=True)
class MaintenanceSettings:
    """Maintenance: when what `hristudio maintenance run` tidies up is old enough."""

    log_days: float = variable(
        "HRISTUDIO_MAINTENANCE_LOG_DAYS",
        30.0,
        real(1.0, 3650.0, "days"),
        "Log files put aside are removed after this long",
    )
    temporary_days: float = variable(
        "HRISTUDIO_MAINTENANCE_TEMPORARY_DAYS",
        1.0,
        real(0.1, 365.0, "days"),
        "Temporary files of ours that nobody has touched for this long are removed",
    )
    orphan_days: float = variable(
        "HRISTUDIO_MAINTENANCE_ORPHAN_DAYS",
        30.0,
        real(1.0, 3650.0, "days"),
        "Recordings of a trial that PostgreSQL does not know are orphans after this long",
    )
    journal_days: float = variable(
        "HRISTUDIO_MAINTENANCE_JOURNAL_DAYS",
        90.0,
        real(1.0, 36500.0, "days"),
        "Trials that PostgreSQL has leave a journal that no trial manager holds after this long",
    )
    disk_percent: int = variable(
        "HRISTUDIO_MAINTENANCE_DISK", 80, whole(1, 100), "Share of a disk from which to warn, %"
    )

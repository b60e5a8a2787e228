"""Backups."""

from dataclasses import dataclass

from hristudio_core.ops.settings._values import BACKUP_STORE, TEXT, whole
from hristudio_core.ops.settings._variable import variable


@dataclass(frozen=True)
class BackupSettings:
    """Backup: where backups go and how many are kept."""

    store: str = variable(
        "HRISTUDIO_BACKUP_STORE",
        "",
        BACKUP_STORE,
        "Where backups go: file:///FOLDER or s3://BUCKET/PREFIX",
        shown_default="`backup/` of the data folder",
    )
    recipient: str = variable(
        "HRISTUDIO_BACKUP_RECIPIENT", "", TEXT, "Public key (age1...) that backups are encrypted for"
    )
    identity: str = variable(
        "HRISTUDIO_BACKUP_IDENTITY", "", TEXT, "Secret key (AGE-SECRET-KEY-1...) that opens them", secret=True
    )
    daily: int = variable("HRISTUDIO_BACKUP_DAILY", 7, whole(1, 3650), "Daily backups that are kept")
    weekly: int = variable("HRISTUDIO_BACKUP_WEEKLY", 4, whole(0, 520), "Weekly backups that are kept")
    monthly: int = variable("HRISTUDIO_BACKUP_MONTHLY", 12, whole(0, 120), "Monthly backups that are kept")

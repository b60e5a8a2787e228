"""Backups."""

from collections.abc import Iterator
from dataclasses import dataclass

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import BACKUP_STORE, SWITCH, TEXT, WEB_ADDRESS, real, whole
from hristudio_core.ops.settings._variable import variable
from hristudio_core.ops.settings.storage import StorageSettings


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
    every_s: float = variable(
        "HRISTUDIO_BACKUP_EVERY",
        1800.0,
        real(60.0, 3600.0, "seconds"),
        "How often `hristudio backup schedule` makes one: well below the hour that data may be old",
    )
    recordings: bool = variable(
        "HRISTUDIO_BACKUP_RECORDINGS", True, SWITCH, "Whether recordings are copied, too; each only once"
    )
    endpoint: str = variable(
        "HRISTUDIO_BACKUP_S3_ENDPOINT",
        "",
        WEB_ADDRESS,
        "Address of the store of s3://BUCKET, where it is another than that of recordings",
    )
    access_key_id: str = variable(
        "HRISTUDIO_BACKUP_S3_ACCESS_KEY_ID", "", TEXT, "Access key there; unset: all as for recordings (S3_*)"
    )
    secret_access_key: str = variable(
        "HRISTUDIO_BACKUP_S3_SECRET_ACCESS_KEY", "", TEXT, "Its secret", secret=True
    )
    region: str = variable("HRISTUDIO_BACKUP_S3_REGION", "us-east-1", TEXT, "Region there")
    hourly: int = variable("HRISTUDIO_BACKUP_HOURLY", 24, whole(0, 720), "Hourly backups that are kept")
    daily: int = variable("HRISTUDIO_BACKUP_DAILY", 7, whole(1, 3650), "Daily backups that are kept")
    weekly: int = variable("HRISTUDIO_BACKUP_WEEKLY", 4, whole(0, 520), "Weekly backups that are kept")
    monthly: int = variable("HRISTUDIO_BACKUP_MONTHLY", 12, whole(0, 120), "Monthly backups that are kept")

    def account(self, storage: StorageSettings) -> StorageSettings:
        """Give how the store of backups is reached: by its own variables, else like that of recordings."""
        if not self.access_key_id:
            return storage
        return StorageSettings(
            endpoint=self.endpoint,
            access_key_id=self.access_key_id,
            secret_access_key=self.secret_access_key,
            region=self.region,
        )

    def problems(self) -> Iterator[Problem]:
        """Find a store that is half set up."""
        if bool(self.access_key_id) != bool(self.secret_access_key):
            names = ("HRISTUDIO_BACKUP_S3_ACCESS_KEY_ID", "HRISTUDIO_BACKUP_S3_SECRET_ACCESS_KEY")
            unset, given = names if self.secret_access_key else names[::-1]
            yield Problem(unset, "", f"not set, though {given} is", "set it, or unset both")

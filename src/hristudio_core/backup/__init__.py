from hristudio_core.backup.create import create
from hristudio_core.backup.drill import DrillReport, drill
from hristudio_core.backup.errors import (
    BackupDamaged,
    BackupError,
    BackupLocked,
    BackupUnknown,
    DatabaseInUse,
    NoRoom,
    StoreUnsupported,
)
from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.restore import Restored, restore
from hristudio_core.backup.retention import superfluous
from hristudio_core.backup.shelf import Shelf, open_shelf
from hristudio_core.backup.verify import verify

__all__ = [
    "BackupDamaged",
    "BackupError",
    "BackupLocked",
    "BackupUnknown",
    "DatabaseInUse",
    "DrillReport",
    "Manifest",
    "NoRoom",
    "Restored",
    "Shelf",
    "StoreUnsupported",
    "create",
    "drill",
    "open_shelf",
    "restore",
    "superfluous",
    "verify",
]

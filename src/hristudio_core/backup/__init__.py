from hristudio_core.backup.create import create
from hristudio_core.backup.drill import BY_HAND, drill
from hristudio_core.backup.errors import (
    BackupDamaged,
    BackupError,
    BackupLocked,
    BackupUnknown,
    DatabaseInUse,
    NoRoom,
    StoreUnsupported,
)
from hristudio_core.backup.folder_shelf import FolderShelf
from hristudio_core.backup.manifest import Manifest
from hristudio_core.backup.opening import open_backup_bucket, open_shelf
from hristudio_core.backup.places import Place, media_of, places_of
from hristudio_core.backup.prune import Pruned, prune
from hristudio_core.backup.report import RPO_S, RTO_S, Check, DrillReport, as_text
from hristudio_core.backup.restore import Restored, restore
from hristudio_core.backup.retention import superfluous
from hristudio_core.backup.scope import EVERYTHING, SERVICES, Scope, Service
from hristudio_core.backup.shelf import Shelf
from hristudio_core.backup.store_shelf import StoreShelf
from hristudio_core.backup.verify import verify

__all__ = [
    "BY_HAND",
    "EVERYTHING",
    "RPO_S",
    "RTO_S",
    "SERVICES",
    "BackupDamaged",
    "BackupError",
    "BackupLocked",
    "BackupUnknown",
    "Check",
    "DatabaseInUse",
    "DrillReport",
    "FolderShelf",
    "Manifest",
    "NoRoom",
    "Place",
    "Pruned",
    "Restored",
    "Scope",
    "Service",
    "Shelf",
    "StoreShelf",
    "StoreUnsupported",
    "as_text",
    "create",
    "drill",
    "media_of",
    "open_backup_bucket",
    "open_shelf",
    "places_of",
    "prune",
    "restore",
    "superfluous",
    "verify",
]

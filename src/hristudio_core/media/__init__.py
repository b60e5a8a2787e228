from hristudio_core.media.errors import (
    KeyUnfit,
    LinkInvalid,
    MediaError,
    MediaFault,
    MediaMisused,
    NotStored,
    ObjectDamaged,
    StoreAway,
    StoreRefused,
    UploadUnfit,
)
from hristudio_core.media.folder import FolderMedia, free_bytes
from hristudio_core.media.links import PATH, Served
from hristudio_core.media.memory import MemoryMedia
from hristudio_core.media.objects import BYTES, Content, Stored, attachment, fit_key, measure
from hristudio_core.media.opening import open_bucket, open_media
from hristudio_core.media.port import EXPIRES_S, Media
from hristudio_core.media.steps import Outcome, Step
from hristudio_core.media.tickets import Ticket, Tickets, Upload

__all__ = [
    "BYTES",
    "EXPIRES_S",
    "PATH",
    "Content",
    "FolderMedia",
    "KeyUnfit",
    "LinkInvalid",
    "Media",
    "MediaError",
    "MediaFault",
    "MediaMisused",
    "MemoryMedia",
    "NotStored",
    "ObjectDamaged",
    "Outcome",
    "Served",
    "Step",
    "StoreAway",
    "StoreRefused",
    "Stored",
    "Ticket",
    "Tickets",
    "Upload",
    "UploadUnfit",
    "attachment",
    "fit_key",
    "free_bytes",
    "measure",
    "open_bucket",
    "open_media",
]

"""The stores that the settings name: that of recordings, and the bucket of backups."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from hristudio_core.backup.opening import open_backup_bucket
from hristudio_core.media import Media, open_media
from hristudio_core.ops.settings import Settings


def media_of(settings: Settings) -> Media:
    """Give the store that the settings name."""
    return open_media(settings.storage, settings.folder.media)


@dataclass(frozen=True)
class Place:
    """A store that has to be in order: what lies there, and the origins whose pages may use links to it."""

    holds: str
    media: Media
    origins: tuple[str, ...] = ()


def places_of(settings: Settings) -> tuple[Place, ...]:
    """Give all stores that the settings name: that of recordings, and the bucket of backups."""
    backups = open_backup_bucket(settings.backup.store, settings.backup.account(settings.storage))
    recordings = Place("recordings", media_of(settings), origins_of(settings))
    if backups is None or backups.place == recordings.media.place:
        return (recordings,)
    return recordings, Place("backups", backups)


def origins_of(settings: Settings) -> tuple[str, ...]:
    """Give the web origins whose pages may use links to a bucket."""
    parts = urlsplit(settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}")
    return (f"{parts.scheme}://{parts.netloc}",)

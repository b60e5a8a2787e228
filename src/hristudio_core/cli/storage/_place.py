"""Where this installation's recordings lie, and how they are told of."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from msgspec import to_builtins

from hristudio_core.backup import open_backup_bucket
from hristudio_core.cli._output import print_table
from hristudio_core.media import Media, Outcome, Step, open_media
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


def print_place(place: Place, steps: tuple[Step, ...], more: str = "") -> None:
    """Print what a store is, and its steps, one a line."""
    print(f"{place.holds}: {place.media.place}{more}")
    print_table(("what", "", "how"), [(step.name, _word(step.outcome), step.detail) for step in steps])


def told(step: Step) -> dict[str, object]:
    """Give a step for a machine to read."""
    return {**to_builtins(step), "in_order": step.in_order}


def _word(outcome: Outcome) -> str:
    return "in order" if outcome is Outcome.ALREADY else str(outcome.value)

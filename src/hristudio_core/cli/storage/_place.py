"""Where this installation's recordings lie, and how they are told of."""

from urllib.parse import urlsplit

from msgspec import to_builtins

from hristudio_core.cli._output import print_table
from hristudio_core.media import Media, Outcome, Step, open_media
from hristudio_core.ops.settings import Settings


def media_of(settings: Settings) -> Media:
    """Give the store that the settings name."""
    return open_media(settings.storage, settings.folder.media)


def origins_of(settings: Settings) -> tuple[str, ...]:
    """Give the web origins whose pages may use links to a bucket."""
    parts = urlsplit(settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}")
    return (f"{parts.scheme}://{parts.netloc}",)


def told(step: Step) -> dict[str, object]:
    """Give a step for a machine to read."""
    return {**to_builtins(step), "in_order": step.in_order}


def print_steps(steps: tuple[Step, ...]) -> None:
    """Print steps, one a line."""
    print_table(("what", "", "how"), [(step.name, _word(step.outcome), step.detail) for step in steps])


def _word(outcome: Outcome) -> str:
    return "in order" if outcome is Outcome.ALREADY else str(outcome.value)

"""Where this installation's backups lie, and how they are told of."""

import sys

from hristudio_core.backup import Manifest, Shelf, open_shelf
from hristudio_core.cli._output import size
from hristudio_core.cli._verb import Parser
from hristudio_core.ops.settings import Settings

FOLDER = "backup"


def shelf_of(settings: Settings) -> Shelf:
    """Give the place that the settings name."""
    return open_shelf(settings.backup.store, settings.data / FOLDER)


def add_name(parser: Parser) -> None:
    """Let a verb be told which backup."""
    parser.add_argument(
        "name", nargs="?", default="last", help="which backup, as `list` names it (default: last)"
    )


def progress(step: str) -> None:
    """Say what is being done, where it disturbs no machine that reads."""
    print(f"  {step} ...", file=sys.stderr, flush=True)


def one_line(manifest: Manifest) -> str:
    """Write a backup on a line."""
    trials, events = manifest.counts.get("trial", 0), manifest.counts.get("trial_event", 0)
    sealed = "encrypted" if manifest.recipient else "not encrypted"
    return f"{manifest.id}  {size(manifest.size):>8}  {trials} trials, {events} events, {sealed}"

"""Where this installation's backups lie, and how they are told of."""

import os
import sys
from collections.abc import Callable

from hristudio_core.backup import EVERYTHING, SERVICES, Manifest, Scope, Service, Shelf, create, open_shelf
from hristudio_core.cli._output import size
from hristudio_core.cli._verb import Parser
from hristudio_core.media import Media, open_media
from hristudio_core.ops.settings import Settings, as_env_file
from hristudio_core.ops.version import own_version

FOLDER = "backup"
IDENTITY = "HRISTUDIO_BACKUP_IDENTITY"


def shelf_of(settings: Settings) -> Shelf:
    """Give the place that the settings name."""
    return open_shelf(
        settings.backup.store, settings.data / FOLDER, settings.backup.account(settings.storage)
    )


def recordings_of(settings: Settings) -> Media | None:
    """Give the store of recordings; None where backups leave them out."""
    if not settings.backup.recordings:
        return None
    return open_media(settings.storage, settings.folder.media)


def make(
    settings: Settings, shelf: Shelf, owner_url: str, tell: Callable[[str], None] = lambda _: None
) -> Manifest:
    """Make a backup of this installation."""
    recipient = settings.backup.recipient
    # What opens backups is of no use inside one.
    given = {name: value for name, value in os.environ.items() if not name.startswith(IDENTITY)}
    return create(
        shelf, owner_url, settings.folder,
        recordings=recordings_of(settings), settings=as_env_file(given, secrets=bool(recipient)),
        recipient=recipient, program=own_version(), tell=tell,
    )  # fmt: skip


def add_only(parser: Parser, what: str) -> None:
    """Let a verb be told which part of a backup is meant."""
    parser.add_argument(
        "--only", action="append", choices=SERVICES, help=f"{what} (can be given more than once)"
    )


def scope_of(chosen: list[Service] | None, otherwise: Scope = EVERYTHING) -> Scope:
    """Give what was chosen by `--only`."""
    return frozenset(chosen) if chosen else otherwise


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
    media = f"{len(manifest.recordings)} recordings ({size(manifest.recorded)})"
    held = f"{trials} trials, {events} events, {media}, {sealed}"
    return f"{manifest.id}  {size(manifest.size):>8}  {held}"

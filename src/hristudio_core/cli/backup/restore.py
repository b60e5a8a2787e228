"""Bring a backup back."""

import argparse
from collections.abc import Iterator

from hristudio_core.backup import Restored, Scope, restore
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import (
    add_name,
    add_only,
    make,
    progress,
    scope_of,
    shelf_of,
)
from hristudio_core.media import open_media
from hristudio_core.store.snapshot import holds_data


class Restore(Verb):
    """Bring back a backup's database, and the journals, protocols, recordings and secrets that are missing.

    A database that holds data is replaced with --force only, and after a backup of what it holds. Whatever
    fails leaves it as it was. Files that exist stay: a journal may know more than the backup, and what it
    knows more goes to the database again by itself. The settings of then are laid into `restored/` of the
    data folder, to be looked at: none is taken over.
    """

    EXAMPLES = """\
  hristudio backup restore
  hristudio backup restore 20261126T193000Z --force
  hristudio backup restore --only recordings"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_name(parser)
        parser.add_argument("--force", action="store_true", help="replace what the database holds")
        add_only(parser, "bring back this alone")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Bring it back."""
        settings = settings_of(args)
        shelf = shelf_of(settings)
        manifest = shelf.named(args.name)
        safety = ""
        settings.folder.prepare()
        scope = scope_of(args.only)
        with database_urls(settings) as urls:
            if args.force and "database" in scope and holds_data(urls.owner):
                progress("backup of what is there")
                safety = make(settings, shelf, urls.owner).id
            done = restore(
                shelf, manifest, urls.owner, settings.folder,
                recordings=open_media(settings.storage, settings.folder.media),
                identity=settings.backup.identity, force=args.force, scope=scope, tell=progress,
            )  # fmt: skip
        if args.json:
            told = {"backup": manifest.id, "counts": manifest.counts, "files": done.files, "kept": done.kept}
            print_json({**told, "recordings": done.recordings, "safety": safety})
            return Exit.OK
        print(f"restored {manifest.id}: {', '.join(_back(done, scope))}")
        for name in done.kept:
            print(f"{name} was there already and stays")
        if safety:
            print(f"what was there before is backup {safety}")
        return Exit.OK


def _back(done: Restored, scope: Scope) -> Iterator[str]:
    counts = done.manifest.counts
    if "database" in scope:
        yield f"{counts.get('trial', 0)} trials, {counts.get('trial_event', 0)} events"
    yield f"{len(done.files)} files"
    yield f"{len(done.recordings)} recordings"

"""Bring a backup back."""

import argparse

from hristudio_core.backup import create, restore
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._command import own_version
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import add_name, progress, shelf_of
from hristudio_core.store.snapshot import holds_data


class Restore(Verb):
    """Bring back the database of a backup, and the journals, protocols and secrets that are missing here.

    A database that holds data is replaced with --force only, and after a backup of what it holds. Whatever
    fails leaves it as it was. Files that exist stay: a journal may know more than the backup, and what it
    knows more goes to the database again by itself.
    """

    EXAMPLES = """\
  hristudio backup restore
  hristudio backup restore 20261126T193000Z --force"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_name(parser)
        parser.add_argument("--force", action="store_true", help="replace what the database holds")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Bring it back."""
        settings = settings_of(args)
        shelf = shelf_of(settings)
        manifest = shelf.named(args.name)
        safety = ""
        settings.folder.prepare()
        with database_urls(settings) as urls:
            if args.force and holds_data(urls.owner):
                progress("backup of what is there")
                made = create(
                    shelf, urls.owner, settings.folder,
                    recipient=settings.backup.recipient, program=own_version(),
                )  # fmt: skip
                safety = made.id
            done = restore(
                shelf, manifest, urls.owner, settings.folder,
                identity=settings.backup.identity, force=args.force, tell=progress,
            )  # fmt: skip
        if args.json:
            told = {"backup": manifest.id, "counts": manifest.counts, "files": done.files, "kept": done.kept}
            print_json({**told, "safety": safety})
            return Exit.OK
        trials, events = manifest.counts.get("trial", 0), manifest.counts.get("trial_event", 0)
        print(f"restored {manifest.id}: {trials} trials, {events} events, {len(done.files)} files")
        for name in done.kept:
            print(f"{name} was there already and stays")
        if safety:
            print(f"what was there before is backup {safety}")
        return Exit.OK

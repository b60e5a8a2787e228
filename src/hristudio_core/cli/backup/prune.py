"""Remove the backups that are kept no longer."""

import argparse

from hristudio_core.backup import prune
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import one_line, shelf_of


class Prune(Verb):
    """Remove the backups that are kept no longer, and copies of recordings that none of the others needs.

    The newest of each of the last hours, days, weeks and months is kept (HRISTUDIO_BACKUP_HOURLY, _DAILY,
    _WEEKLY, _MONTHLY), and the newest of all in any case.
    """

    EXAMPLES = "  hristudio backup prune --dry-run"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be removed, remove nothing"
        )
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Remove them."""
        settings = settings_of(args)
        done = prune(shelf_of(settings), settings.backup, dry_run=args.dry_run)
        if args.json:
            told = {"recordings": done.recordings, "unfinished": done.unfinished, "kept": done.kept}
            print_json({"removed": [one.id for one in done.removed], **told, "dry": args.dry_run})
            return Exit.OK
        word = "would remove" if args.dry_run else "removed"
        for manifest in done.removed:
            print(f"{word} {one_line(manifest)}")
        if done.recordings:
            print(f"{word} copies of {done.recordings} recordings that no backup needs any more")
        if done.unfinished:
            print(f"{word} {done.unfinished} backups that were never finished")
        print(f"{done.kept} are kept")
        return Exit.OK

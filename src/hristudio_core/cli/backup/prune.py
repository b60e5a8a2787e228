"""Remove the backups that are kept no longer."""

import argparse
import shutil

from hristudio_core.backup import superfluous
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import one_line, shelf_of


class Prune(Verb):
    """Remove the backups that are kept no longer.

    The newest of each of the last days, weeks and months is kept (HRISTUDIO_BACKUP_DAILY, _WEEKLY, _MONTHLY).
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
        shelf, rules = shelf_of(settings), settings.backup
        known = shelf.all()
        gone = superfluous(known, daily=rules.daily, weekly=rules.weekly, monthly=rules.monthly)
        for manifest in () if args.dry_run else gone:
            shutil.rmtree(shelf.folder(manifest.id))
        if args.json:
            print_json(
                {"removed": [one.id for one in gone], "kept": len(known) - len(gone), "dry": args.dry_run}
            )
            return Exit.OK
        for manifest in gone:
            print(f"{'would remove' if args.dry_run else 'removed'} {one_line(manifest)}")
        print(f"{len(known) - len(gone)} are kept")
        return Exit.OK

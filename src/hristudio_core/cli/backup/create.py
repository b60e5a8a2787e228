"""Make a backup."""

import argparse

from msgspec import to_builtins

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import make, one_line, progress, shelf_of

UNSEALED = (
    "not encrypted, and without the secrets: set HRISTUDIO_BACKUP_RECIPIENT to a public key (`age-keygen`)"
)


class Create(Verb):
    """Make a backup of database, journals, protocols, settings, recordings; encrypted ones with secrets.

    All of the database is of one moment. It can be made at any time: trials go on meanwhile. Of recordings
    only those are copied that no backup has yet. A backup appears whole or not at all. Exit code 1: it was
    made, but without a recording that is damaged where it lies.
    """

    EXAMPLES = """\
  hristudio backup create
  HRISTUDIO_BACKUP_RECIPIENT=age1... hristudio backup create --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Make it."""
        settings = settings_of(args)
        shelf = shelf_of(settings)
        with database_urls(settings) as urls:
            made = make(settings, shelf, urls.owner, progress)
        if args.json:
            print_json({**to_builtins(made), "place": shelf.where(made.id)})
        else:
            print(f"{one_line(made)}\nin {shelf.where(made.id)}")
            if not made.recipient:
                print(UNSEALED)
            for problem in made.problems:
                print(f"not in it: {problem}")
        return Exit.NOT_IN_ORDER if made.problems else Exit.OK

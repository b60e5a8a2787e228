"""List the backups."""

import argparse

from msgspec import to_builtins

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import one_line, shelf_of


class List(Verb):
    """List the backups, the newest first."""

    EXAMPLES = "  hristudio backup list"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """List them."""
        shelf = shelf_of(settings_of(args))
        found = shelf.all()
        if args.json:
            print_json([to_builtins(manifest) for manifest in found])
            return Exit.OK
        for manifest in found:
            print(one_line(manifest))
        if not found:
            print(f"no backup in {shelf.place} yet: `hristudio backup create` makes one")
        return Exit.OK

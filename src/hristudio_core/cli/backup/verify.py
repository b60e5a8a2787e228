"""Prove that a backup is whole and can be opened."""

import argparse

from hristudio_core.backup import BackupDamaged, verify
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import add_name, one_line, shelf_of


class Verify(Verb):
    """Prove that every file of a backup is there and unaltered, and that its database can be read."""

    EXAMPLES = """\
  hristudio backup verify
  hristudio backup verify 20261126T193000Z"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_name(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Look."""
        settings = settings_of(args)
        shelf = shelf_of(settings)
        manifest = shelf.named(args.name)
        problems: list[str] = []
        try:
            verify(shelf, manifest, settings.backup.identity)
        except BackupDamaged as error:
            problems = error.problems
        if args.json:
            print_json({"backup": manifest.id, "whole": not problems, "problems": problems})
        else:
            print(f"{one_line(manifest)}: {'DAMAGED' if problems else 'whole'}")
            for problem in problems:
                print(f"  {problem}")
        return Exit.NOT_IN_ORDER if problems else Exit.OK

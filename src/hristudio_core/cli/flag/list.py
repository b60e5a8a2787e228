"""List the features that can be switched, and for whom they are on."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.flag._board import as_json, open_board
from hristudio_core.flags import FLAGS, told


class List(Verb):
    """List the features that can be switched, and for whom they are on."""

    EXAMPLES = "  hristudio flag list"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """List them."""
        with open_board(settings_of(args)) as board:
            rules = board.rules()
        if args.json:
            print_json([as_json(flag, rules.get(flag.name)) for flag in FLAGS.values()])
            return Exit.OK
        for flag in FLAGS.values():
            print(f"{flag.name}: {told(flag, rules.get(flag.name))}\n  {flag.meaning}")
        for name in sorted(rules.keys() - FLAGS.keys()):
            print(f"{name}: {rules[name]}\n  No feature of this release: `hristudio flag clear` forgets it.")
        return Exit.OK

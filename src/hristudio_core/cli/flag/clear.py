"""Let a feature have its default again."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.flag._board import as_json, open_board, told
from hristudio_core.flags import FLAGS


class Clear(Verb):
    """Let a feature have its default again."""

    EXAMPLES = "  hristudio flag clear camera"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("name", choices=sorted(FLAGS), help="the feature")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Clear it."""
        flag = FLAGS[args.name]
        with open_board(settings_of(args)) as board:
            board.set(flag.name, None)
        if args.json:
            print_json(as_json(flag, None))
        else:
            print(f"{flag.name}: {told(flag, None)}")
        return Exit.OK

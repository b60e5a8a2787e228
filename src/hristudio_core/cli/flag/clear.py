"""Let a feature have its default again."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.flag._board import as_json, open_board
from hristudio_core.flags import FLAGS, told


class Clear(Verb):
    """Let a feature have its default again."""

    EXAMPLES = "  hristudio flag clear camera"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("name", help="the feature; one that this release has no more is forgotten")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Clear it."""
        with open_board(settings_of(args)) as board:
            if args.name not in FLAGS and args.name not in board.rules():
                raise RequestRefused(f"no feature is called {args.name}: `hristudio flag list` shows them")
            changed = board.set(args.name, None)
        flag = FLAGS.get(args.name)
        if args.json:
            told_of = as_json(flag, None) if flag else {"name": args.name, "rule": None}
            print_json({**told_of, "changed": changed})
        else:
            unchanged = "" if changed else "; nobody had set it, nothing is changed"
            print(f"{args.name}: {told(flag, None)}{unchanged}")
        return Exit.OK

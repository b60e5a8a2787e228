"""List what is stored."""

import argparse

from msgspec import to_builtins

from hristudio_core.backup import media_of
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json, size
from hristudio_core.cli._verb import Exit, Parser, Verb


class List(Verb):
    """List what is stored, by key."""

    EXAMPLES = """\
  hristudio storage list
  hristudio storage list trials/01890c4e-... --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("prefix", nargs="?", default="", help="only those whose key begins so")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """List it."""
        media = media_of(settings_of(args))
        if args.json:
            print_json([to_builtins(one) for one in media.list(args.prefix)])
            return Exit.OK
        number, total = 0, 0
        for one in media.list(args.prefix):
            print(f"{one.modified_at:%Y-%m-%d %H:%M}  {size(one.size):>8}  {one.key}")
            number, total = number + 1, total + one.size
        print(f"{number} objects, {size(total)} in {media.place}")
        return Exit.OK

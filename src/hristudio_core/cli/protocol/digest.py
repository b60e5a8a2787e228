"""Print the digest that names a protocol's meaning."""

import argparse

from hristudio_core.cli._arguments import add_json
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.protocol._files import load_or_refuse
from hristudio_core.protocol import canonical, digest


class Digest(Verb):
    """Print the SHA-256 of a protocol's canonical form.

    Comments, layout and the order of keys play no part in it. A live trial refuses a
    protocol whose digest is not the one that was frozen.
    """

    EXAMPLES = """\
  hristudio protocol digest greeting.yaml
  hristudio protocol digest greeting.yaml --canonical | sha256sum"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("file", metavar="FILE", help="protocol file, or the name of an installed one")
        parser.add_argument("--canonical", action="store_true", help="print the canonical form itself")
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Print it."""
        protocol = load_or_refuse(args.file)
        if args.canonical:
            print(canonical(protocol).decode(), end="")
        elif args.json:
            print_json({"protocol": protocol.name, "digest": digest(protocol)})
        else:
            print(digest(protocol))
        return Exit.OK

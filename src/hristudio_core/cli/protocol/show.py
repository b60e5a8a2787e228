"""Show the steps of a protocol and where they lead."""

import argparse

import msgspec

from hristudio_core.cli._arguments import add_json
from hristudio_core.cli._output import print_json, print_table
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.protocol._files import load_or_refuse
from hristudio_core.protocol import canonical, digest
from hristudio_core.protocol.model import Step


class Show(Verb):
    """Show the steps of a protocol, what is done in them and where they lead."""

    EXAMPLES = """\
  hristudio protocol show greeting
  hristudio protocol show greeting.yaml --json      the whole model"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("file", metavar="FILE", help="protocol file, or the name of an installed one")
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Show it."""
        protocol = load_or_refuse(args.file)
        if args.json:
            print_json({**msgspec.json.decode(canonical(protocol)), "digest": digest(protocol)})
            return Exit.OK
        print(f"{protocol.name} {protocol.version}  {protocol.title}\ndigest {digest(protocol)}\n")
        rows = [(step.id, step.title, len(step.do), _leads_to(step)) for step in protocol.steps]
        print_table(("step", "title", "actions", "next"), rows)
        return Exit.OK


def _leads_to(step: Step) -> str:
    return ", ".join(f"{way.to} if {way.when}" if way.when else way.to for way in step.next)

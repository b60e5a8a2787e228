"""Print every problem of protocol files at once."""

import argparse

import msgspec

from hristudio_core.cli._arguments import add_json
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.protocol._files import catalogue, find
from hristudio_core.protocol import digest, load


class Validate(Verb):
    """Print every problem of protocol files at once, as `file:line:column: message`.

    Exit code 1 when a file has errors; warnings alone are no reason to refuse one.
    """

    EXAMPLES = """\
  hristudio protocol validate greeting.yaml
  hristudio protocol validate *.yaml --robot nao6       its skills and their arguments as well
  hristudio protocol validate greeting.yaml --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="protocol file, or the name of an installed one"
        )
        parser.add_argument(
            "--robot", default="", help="check skills against this profile (a name or a path)"
        )
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Check them all."""
        skills = catalogue(args.robot)
        told, refused = [], False
        for given in args.files:
            path = find(given)
            loaded = load(path, skills=skills)
            refused |= loaded.protocol is None
            told.append(
                {
                    "file": str(path),
                    "valid": loaded.protocol is not None,
                    "digest": digest(loaded.protocol) if loaded.protocol else "",
                    "problems": msgspec.to_builtins(loaded.problems),
                }
            )
            for problem in () if args.json else loaded.problems:
                print(problem)
            if loaded.protocol and not args.json:
                print(f"{path}: valid, {len(loaded.protocol.steps)} steps, digest {digest(loaded.protocol)}")
        if args.json:
            print_json(told)
        return Exit.NOT_IN_ORDER if refused else Exit.OK

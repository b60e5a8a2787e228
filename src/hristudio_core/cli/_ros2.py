"""`ros2 hristudio VERB`: the same verbs where ros2cli is installed.

ros2cli finds this class and the verbs through the entry points of the installed package.
"""

import argparse

from ros2cli.command import add_subparsers_on_demand

from hristudio_core.cli._command import guard
from hristudio_core.cli._verb import Parser, Verb

GROUP = "hristudio.verb"


class HristudioCommand:
    """Run protocols on a robot, steer them, keep every event."""

    # Shaped as ros2cli's CommandExtension, which asks for no more than this.
    NAME = "hristudio"
    EXTENSION_POINT_VERSION = "0.1"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Add the verbs; ros2cli loads the one that was chosen."""
        self._parser = parser
        add_subparsers_on_demand(parser, cli_name, "_verb", GROUP, required=False)

    def main(self, *, parser: Parser, args: argparse.Namespace) -> int:
        """Run the verb."""
        del parser
        verb: Verb | None = getattr(args, "_verb", None)
        if verb is None:
            self._parser.print_help()
            return 0
        return guard(lambda: verb.main(args=args))

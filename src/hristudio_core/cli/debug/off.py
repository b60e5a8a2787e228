"""End the debug mode."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.debug._mode import switch, tell


class Off(Verb):
    """Have all processes log as before, within a second. It would be over by itself."""

    EXAMPLES = "  hristudio debug off"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """End it."""
        tell(None, switch(settings_of(args), None), as_json=args.json)
        return Exit.OK

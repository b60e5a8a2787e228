"""Say whether the debug mode is on."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.debug._mode import current, tell


class Status(Verb):
    """Say whether the debug mode is on, for which processes, and how long."""

    EXAMPLES = "  hristudio debug status --json"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Say it."""
        tell(current(settings_of(args)), as_json=args.json)
        return Exit.OK

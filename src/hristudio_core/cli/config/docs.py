"""Print the reference of all settings."""

import argparse

from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops.settings import reference


class Docs(Verb):
    """Print the reference of all settings, as Markdown: docs/operations/settings.md is this."""

    EXAMPLES = "  hristudio config docs"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare no arguments."""
        del parser, cli_name

    def main(self, *, args: argparse.Namespace) -> int:
        """Print it."""
        del args
        print(reference(), end="")
        return Exit.OK

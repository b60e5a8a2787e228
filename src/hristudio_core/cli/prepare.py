"""Make the data folder and the secrets in it."""

import argparse

from hristudio_core.cli._arguments import add_data, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops import secrets


class Prepare(Verb):
    """Make the data folder and the secrets in it; what is there already stays.

    `hristudio up` and the launch files do it by themselves.
    """

    EXAMPLES = "  hristudio prepare --data /var/lib/hristudio"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Make them."""
        folder = settings_of(args).folder
        folder.prepare()
        secrets.ensure(folder.secrets)
        print(folder.root)
        return Exit.OK

"""List migrations and whether the database has them."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json, print_table
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.store.migrate import status


class Status(Verb):
    """List the migrations and whether the database has them."""

    EXAMPLES = "  hristudio db status"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """List them."""
        with database_urls(settings_of(args)) as urls:
            found = status(urls.owner)
        if args.json:
            print_json(
                [{"version": item.version, "name": item.name, "applied": item.applied} for item in found]
            )
        else:
            print_table(
                ("version", "name", ""),
                [(item.version, item.name, "applied" if item.applied else "pending") for item in found],
            )
        return Exit.OK

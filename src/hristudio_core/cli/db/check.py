"""Prove that the database's schema is current."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.store.migrate import problems


class Check(Verb):
    """Prove that the database's schema is the one that this program needs.

    Finds pending migrations and whatever was changed by hand; exit code 1 when there is any.
    """

    EXAMPLES = "  hristudio db check --json"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Compare."""
        with database_urls(settings_of(args)) as urls:
            found = problems(urls.owner)
        if args.json:
            print_json({"current": not found, "problems": found})
        else:
            print("\n".join(found) or "the schema is current")
        return Exit.NOT_IN_ORDER if found else Exit.OK

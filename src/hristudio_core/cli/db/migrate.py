"""Bring the database's schema up to date."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.store.migrate import migrate


class Migrate(Verb):
    """Bring the database's schema up to date. Does nothing when it is.

    Uses DATABASE_URL_UNPOOLED, else DATABASE_URL, else the embedded database.
    """

    EXAMPLES = "  hristudio db migrate"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Apply what is pending."""
        with database_urls(settings_of(args)) as urls:
            applied = migrate(urls.owner)
        if args.json:
            print_json({"applied": [migration.version for migration in applied]})
        for migration in () if args.json else applied:
            print(f"applied {migration.version} {migration.name}")
        if not applied and not args.json:
            print("the schema is current")
        return Exit.OK

"""Bring the database's schema up to date, after a backup."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._migration import MigrationReport, migrate_safely
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import progress


class Migrate(Verb):
    """Bring the database's schema up to date: backup, migrations, check. Does nothing when it is.

    Uses DATABASE_URL_UNPOOLED, else DATABASE_URL, else the embedded database. A migration that fails
    leaves nothing behind. The backup goes where `hristudio backup create` puts it; when none can be
    made, nothing is migrated. A database that holds nothing needs none.
    """

    EXAMPLES = """\
  hristudio db migrate
  hristudio db migrate --no-backup     # when another one was just taken"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--no-backup", action="store_true", help="take none first: what is lost then is lost"
        )
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Apply what is pending."""
        settings = settings_of(args)
        with database_urls(settings) as urls:
            done = migrate_safely(settings, urls.owner, backup=not args.no_backup, tell=progress)
        if args.json:
            print_json(
                {
                    "applied": [migration.version for migration in done.applied],
                    "backup": done.backup or None,
                    "unprotected": done.unprotected,
                    "problems": done.problems,
                }
            )
        else:
            _print(done)
        return Exit.NOT_IN_ORDER if done.problems else Exit.OK


def _print(done: MigrationReport) -> None:
    if done.backup:
        print(f"backup {done.backup}")
    for migration in done.applied:
        print(f"applied {migration.version} {migration.name}")
    print("\n".join(done.problems) or "the schema is current")

"""List the connections to the database."""

import argparse

from msgspec import to_builtins

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json, print_table
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.store.activity import activity

MOST = 0.8
REMEDY = (
    "-> end idle ones (`hristudio db kill-idle`), lower HRISTUDIO_DB_POOL_MAX, or have PgBouncer in front"
)


class Connections(Verb):
    """List the connections to the database: whose, what they do, for how long.

    Asked as the program's own role, which does not see what others do. Exit code 1 when more than 80 % of
    those that the server allows are taken.
    """

    EXAMPLES = """\
  hristudio db connections
  hristudio db connections --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """List them."""
        with database_urls(settings_of(args)) as urls:
            found = activity(urls.work)
        crowded = found.used > MOST * found.limit
        if args.json:
            print_json({"crowded": crowded, **to_builtins(found)})
            return Exit.NOT_IN_ORDER if crowded else Exit.OK
        print_table(
            ("pid", "role", "program", "from", "state", "for", "transaction"),
            [
                (
                    one.pid,
                    one.role,
                    one.name,
                    one.client or "here",
                    f"{one.state or 'hidden'}{', blocked' if one.blocked else ''}",
                    f"{one.state_s:.0f} s" if one.state else "",
                    f"{one.transaction_s:.0f} s" if one.transaction_s else "",
                )
                for one in found.connections
            ],
        )
        print(f"{found.used} of {found.limit} connections of the server are taken")
        if crowded:
            print(REMEDY)
        return Exit.NOT_IN_ORDER if crowded else Exit.OK

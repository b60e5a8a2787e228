"""Add an account and print its first sign-in link."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import open_database
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.user._address import sign_in_url
from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.models import Role
from hristudio_core.store.sessions import PostgresSessions


class Add(Verb):
    """Add an account and print its first sign-in link.

    There are no passwords: who has the link signs in with it, once, within the hour.
    """

    EXAMPLES = """\
  hristudio user add ada@example.org --name "Ada" --role researcher
  hristudio user add wizard@example.org --role wizard --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("email", help="address that names the account")
        parser.add_argument("--name", default="", help="name to show (default: the address)")
        roles = [role.value for role in Role]
        parser.add_argument(
            "--role", choices=roles, default="wizard", help="what it may do (default: wizard)"
        )
        parser.add_argument("--address", default="", help="address of the dashboard in the link")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Add it."""
        settings = settings_of(args)
        with open_database(settings) as database:
            account = PostgresAccounts(database).create(args.email, args.name or args.email, args.role)
            token = PostgresSessions(database).issue_link(account.id)
        link = sign_in_url(settings, args.address, token)
        if args.json:
            print_json({"id": account.id, "email": account.email, "role": account.role.value, "link": link})
        else:
            print(f"{account.email} is a {account.role.value} now and signs in once with\n{link}")
        return Exit.OK

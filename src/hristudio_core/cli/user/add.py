"""Add an account and print its first sign-in link."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import open_database
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.user._address import sign_in_url
from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.models import LAB_BENCH, Account, Role, StudyRole
from hristudio_core.store.sessions import PostgresSessions


class Add(Verb):
    """Add an account and print its first sign-in link.

    Who has the link signs in with it, once, within the hour, and may set a password then.
    """

    EXAMPLES = """\
  hristudio user add ada@example.org --name "Ada" --role researcher
  hristudio user add wizard@example.org --role wizard --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("email", help="address that names the account")
        parser.add_argument("--name", default="", help="name to show (default: the address)")
        roles = [Role.ADMINISTRATOR.value, *(role.value for role in StudyRole)]
        parser.add_argument(
            "--role",
            choices=roles,
            default="wizard",
            help="administrator, or what it may do at the lab bench (default: wizard)",
        )
        parser.add_argument("--address", default="", help="address of the dashboard in the link")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Add it."""
        settings = settings_of(args)
        with open_database(settings) as database:
            account = _add(PostgresAccounts(database), args.email, args.name or args.email, args.role)
            token = PostgresSessions(database).issue_link(account.id)
        link = sign_in_url(settings, args.address, token)
        if args.json:
            print_json({"id": account.id, "email": account.email, "role": args.role, "link": link})
        else:
            print(f"{account.email} is a {args.role} now and signs in once with\n{link}")
        return Exit.OK


def _add(accounts: PostgresAccounts, email: str, name: str, role: str) -> Account:
    """Add an account; whoever is no administrator has the role in the study of all loose trials."""
    if role == Role.ADMINISTRATOR.value:
        return accounts.create(email, name, Role.ADMINISTRATOR)
    return accounts.join(accounts.create(email, name, Role.MEMBER).id, LAB_BENCH, role)

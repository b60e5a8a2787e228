"""Print a one-time sign-in link."""

import argparse
from datetime import timedelta

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import open_database
from hristudio_core.cli._errors import AccountUnknown, NobodyToInvite
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.user._address import sign_in_url
from hristudio_core.store.accounts import PostgresAccounts
from hristudio_core.store.models import Account, Role
from hristudio_core.store.sessions import PostgresSessions

FIRST_EMAIL = "administrator@localhost"
LONGEST_MINUTES = 7 * 24 * 60
FIRST_NAME = "Administrator"


class Link(Verb):
    """Print a one-time sign-in link for an account.

    Without an address it is the oldest administrator's; in an empty database that account is made.
    """

    EXAMPLES = """\
  hristudio user link
  hristudio user link ada@example.org --minutes 600"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("email", nargs="?", default="", help="whose link (default: the administrator's)")
        parser.add_argument(
            "--minutes", type=_minutes, default=60.0, help="how long it may be used (default: 60)"
        )
        parser.add_argument("--address", default="", help="address of the dashboard in the link")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Make it."""
        settings = settings_of(args)
        with open_database(settings) as database:
            account = _account(PostgresAccounts(database), args.email)
            token = PostgresSessions(database).issue_link(account.id, timedelta(minutes=args.minutes))
        link = sign_in_url(settings, args.address, token)
        if args.json:
            print_json({"id": account.id, "email": account.email, "link": link})
        else:
            print(link)
        return Exit.OK


def _minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= LONGEST_MINUTES:
        raise argparse.ArgumentTypeError(f"a number of minutes up to {LONGEST_MINUTES}, not {text!r}")
    return value


def _account(accounts: PostgresAccounts, email: str) -> Account:
    if email:
        account = accounts.find(email)
        if account is None:
            raise AccountUnknown(email)
        return account
    known = accounts.all()
    if not known:
        return accounts.create(FIRST_EMAIL, FIRST_NAME, Role.ADMINISTRATOR)
    able = [item for item in known if item.role is Role.ADMINISTRATOR and item.disabled_at is None]
    if not able:
        raise NobodyToInvite
    return min(able, key=lambda item: item.created_at)

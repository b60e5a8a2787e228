"""End connections to the database that do nothing."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.store.activity import activity, end_idle, idle

DEFAULT_MINUTES = 5.0


class KillIdle(Verb):
    """End connections of the program's own role that have done nothing for a while.

    Those of other roles and those that work are left alone. Whoever held an ended one takes a new one at
    the next statement.
    """

    EXAMPLES = """\
  hristudio db kill-idle --dry-run
  hristudio db kill-idle --minutes 30
  hristudio db kill-idle --minutes 10 --in-transaction     # those, too, that hold locks and do nothing"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--minutes",
            type=minutes,
            default=DEFAULT_MINUTES,
            help="idle for at least this long (default: %(default)g)",
        )
        parser.add_argument(
            "--in-transaction", action="store_true", help="those idle within a transaction, too: it is undone"
        )
        parser.add_argument("--dry-run", action="store_true", help="say which, end none")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """End them."""
        older_s = 60 * args.minutes
        with database_urls(settings_of(args)) as urls:
            chosen = idle(activity(urls.work), older_s, in_transaction=args.in_transaction)
            ended = [] if args.dry_run else end_idle(urls.work, chosen, older_s)
        if args.json:
            print_json({"dry_run": args.dry_run, "idle": chosen, "ended": ended})
            return Exit.OK
        for one in chosen:
            done = "would be ended" if args.dry_run else "ended" if one.pid in ended else "works again: left"
            print(f"{one.pid}  {one.name or one.role}  {one.state} for {one.state_s:.0f} s  {done}")
        if not chosen:
            print(f"none of this role has been idle for {args.minutes:g} minutes")
        return Exit.OK


def minutes(text: str) -> float:
    """Read a number of minutes as argparse wants it read."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"a number of minutes from 0 on, not {text!r}")
    return value

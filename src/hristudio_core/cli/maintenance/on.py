"""Announce a maintenance, or begin it now."""

import argparse
from datetime import datetime, timedelta, timezone

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._caller import who
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.maintenance._mode import as_json, open_mode, told, when
from hristudio_core.notice import LONGEST_MESSAGE, Notice

LONGEST_MINUTES = 7 * 24 * 60


class On(Verb):
    """Announce a maintenance, or begin it now. It lasts until `hristudio maintenance off`.

    Everybody sees a notice on every open page within seconds. While it is in force no new trial starts,
    whoever asks for one and by whatever way; members can look at everything and edit nothing; trials that run
    go on to their end, with all steering and STOP; administrators do what they have to. Each robot host knows
    it within two seconds, and goes by what it knew last while the database is away.
    """

    EXAMPLES = """\
  hristudio maintenance on --message "Upgrade to 1.2" --for 30
  hristudio maintenance on --at 22:00 --for 60     people are told now, and it begins at ten tonight
  hristudio maintenance on --at 2026-12-01T06:00"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("--message", type=message, default="", help="what is done, for everybody to read")
        parser.add_argument(
            "--at", type=time_to_come, metavar="TIME", help="when it begins, such as 22:00 (default: now)"
        )
        parser.add_argument(
            "--for",
            dest="minutes",
            type=minutes,
            metavar="MINUTES",
            help="how long it is expected to take; it is over when it is turned off",
        )
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Announce it."""
        starts_at = args.at or datetime.now(timezone.utc)
        ends_at = starts_at + timedelta(minutes=args.minutes) if args.minutes else None
        notice = Notice(starts_at=starts_at, ends_at=ends_at, message=args.message, by=who())
        with open_mode(settings_of(args)) as mode:
            mode.announce(notice)
        if args.json:
            print_json(as_json(notice))
        else:
            print(told(notice))
        return Exit.OK


def message(text: str) -> str:
    """Read a message as argparse wants it read."""
    cleaned = " ".join(text.split())
    if len(cleaned) > LONGEST_MESSAGE or not cleaned.isprintable():
        raise argparse.ArgumentTypeError(f"at most {LONGEST_MESSAGE} characters that can be seen")
    return cleaned


def time_to_come(text: str) -> datetime:
    """Read a time as argparse wants it read."""
    try:
        return when(text, datetime.now(timezone.utc))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"a time to come, such as 22:00 or 2026-12-01T06:00, not {text!r}"
        ) from None


def minutes(text: str) -> float:
    """Read a length of time as argparse wants it read."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= LONGEST_MINUTES:
        raise argparse.ArgumentTypeError(f"a number of minutes up to {LONGEST_MINUTES}, not {text!r}")
    return value

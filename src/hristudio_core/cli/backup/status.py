"""Say whether backups are young enough and drills were passed."""

import argparse

from hristudio_core.backup import RPO_S
from hristudio_core.backup.schedule import reports, utc_now
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import one_line, shelf_of


class Status(Verb):
    """Say how old the newest backup is and how the last drill went; exit code 1 when either is not in order.

    Made for monitoring: run it from there every few minutes.
    """

    EXAMPLES = "  hristudio backup status --json"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Look."""
        settings = settings_of(args)
        shelf = shelf_of(settings)
        newest = next(shelf.readable(), None)
        last = next(iter(reports(settings.folder.drills)), None)
        age_s = (utc_now() - newest.created_at).total_seconds() if newest else None
        problems = []
        if age_s is None:
            problems.append("there is no backup: `hristudio backup create` makes one")
        elif age_s > RPO_S:
            problems.append(f"the newest backup is {age_s / 3600:.1f} hours old: does the schedule run?")
        problems += newest.problems if newest else ()
        if last is None:
            problems.append("no drill was ever done: `hristudio backup drill` does one")
        elif not last.passed:
            problems.append(f"the last drill was not passed: {last.problems[0]}")
        if args.json:
            drilled = (
                {"at": last.began_at, "passed": last.passed, "recovery_s": last.recovery_s} if last else None
            )
            told = {"place": shelf.place, "newest": newest.id if newest else None, "age_s": age_s}
            print_json({**told, "drill": drilled, "problems": problems})
        else:
            print(f"newest       {one_line(newest) if newest else 'none'}")
            if age_s is not None:
                print(f"age          {age_s:.0f} s (asked for: {RPO_S:.0f} s at most)")
            if last:
                word = "passed" if last.passed else "NOT PASSED"
                print(f"last drill   {last.began_at:%Y-%m-%d %H:%M} UTC, {last.recovery_s:.1f} s, {word}")
            for problem in problems:
                print(f"problem      {problem}")
        return Exit.NOT_IN_ORDER if problems else Exit.OK

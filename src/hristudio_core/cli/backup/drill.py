"""Rehearse the disaster in a scratch database."""

import argparse

from msgspec import to_builtins

from hristudio_core.backup import drill
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import add_name, progress, shelf_of


class Drill(Verb):
    """Rehearse the disaster: bring a backup back in a scratch database, and prove counts and chains.

    Reports how long recovery took (asked for: at most 4 hours) and how old the data are (at most 1 hour).
    Nothing of the working installation is touched.
    """

    EXAMPLES = """\
  hristudio backup drill
  hristudio backup drill --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_name(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Rehearse it."""
        settings = settings_of(args)
        shelf = shelf_of(settings)
        report = drill(shelf, shelf.named(args.name), identity=settings.backup.identity, tell=progress)
        if args.json:
            print_json({**to_builtins(report), "passed": report.passed})
        else:
            print(f"backup            {report.backup}")
            print(f"recovery          {report.recovery_s:.1f} s (asked for: 14400 s at most)")
            print(f"age of the data   {report.age_s:.0f} s (asked for: 3600 s at most)")
            print(f"brought back      {report.trials} trials, {report.events} events")
            print(f"chains proved     {report.chains} of {report.trials}")
            for problem in report.problems:
                print(f"problem           {problem}")
            print("passed" if report.passed else "NOT PASSED")
        return Exit.OK if report.passed else Exit.NOT_IN_ORDER

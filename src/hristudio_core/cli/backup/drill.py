"""Rehearse the disaster in a scratch database and store."""

import argparse

from msgspec import to_builtins

from hristudio_core.backup import BY_HAND, EVERYTHING, as_text, drill
from hristudio_core.backup.schedule import Occasion, save
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import add_name, add_only, progress, scope_of, shelf_of


class Drill(Verb):
    """Rehearse the disaster: bring a backup back in a scratch database and store, and prove that it serves.

    Compares counts, hashes and the events' chains, tries what people need first, and reports how long
    recovery took (asked for: at most 4 hours) and how old the data were (at most 1 hour). The report is kept
    in `drills/` of the data folder, as text and as JSON. Nothing of the working installation is touched.
    """

    EXAMPLES = """\
  hristudio backup drill
  hristudio backup drill --only database --json
  hristudio backup drill --occasion quarterly"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_name(parser)
        parser.add_argument(
            "--occasion",
            choices=[one.value for one in Occasion],
            help="drill of the calendar: monthly the database alone, else everything",
        )
        add_only(parser, "bring back the database, and this")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Rehearse it."""
        settings = settings_of(args)
        shelf = shelf_of(settings)
        usual = Occasion(args.occasion).scope if args.occasion else EVERYTHING
        report = drill(
            shelf, shelf.named(args.name), identity=settings.backup.identity,
            scope=scope_of(args.only, usual), occasion=args.occasion or BY_HAND, tell=progress,
        )  # fmt: skip
        kept = save(report, settings.folder.drills)
        if args.json:
            print_json({**to_builtins(report), "passed": report.passed, "report": str(kept)})
        else:
            print(f"{as_text(report)}\nreport: {kept}")
        return Exit.OK if report.passed else Exit.NOT_IN_ORDER

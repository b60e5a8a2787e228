"""List the trials that are kept."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json, print_table
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.trial._source import TrialSummary, add_source, moment, open_source, summary

HEAD = ("trial", "started", "protocol", "participant", "mode", "outcome", "events")


class List(Verb):
    """List the trials that are kept, newest first."""

    EXAMPLES = """\
  hristudio trial list
  hristudio trial list --from database --limit 5 --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_source(parser)
        parser.add_argument("--limit", type=int, default=20, help="how many at most (default: 20)")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """List them."""
        with open_source(args.source, settings_of(args)) as source:
            ids = source.ids()[::-1][: args.limit]
            found = [summary(trial_id, list(source.entries(trial_id))) for trial_id in ids]
        if args.json:
            print_json(found)
        elif not found:
            print(f"no trial is kept in the {args.source} yet; `hristudio trial run greeting` runs one")
        else:
            print_table(HEAD, [_row(item) for item in found])
        return Exit.OK


def _row(item: TrialSummary) -> tuple[object, ...]:
    started, outcome = moment(item.started_ns), item.outcome or "running"
    return (item.trial_id, started, item.protocol, item.participant, item.mode, outcome, item.events)

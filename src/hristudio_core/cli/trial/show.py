"""Show what a trial was."""

import argparse

import msgspec

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json, print_table
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.trial._source import add_source, add_trial, moment, open_source, resolve, summary


class Show(Verb):
    """Show what a trial was: protocol, participant, seed, outcome, and its events by kind."""

    EXAMPLES = """\
  hristudio trial show last
  hristudio trial show 0193ab --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_trial(parser)
        add_source(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Show it."""
        with open_source(args.source, settings_of(args)) as source:
            trial_id = resolve(source, args.trial)
            entries = list(source.entries(trial_id))
        kinds: dict[str, int] = {}
        for entry in entries:
            kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
        told = {**msgspec.structs.asdict(summary(trial_id, entries)), "kinds": kinds}
        if args.json:
            print_json(told)
        else:
            del told["kinds"]
            for name in ("started_ns", "ended_ns"):
                told[name] = moment(told[name]) if told[name] else ""
            rows = [(name.removesuffix("_ns"), value) for name, value in told.items() if value != ""]
            print_table(rows[0], rows[1:])
            print()
            print_table(("kind", "events"), sorted(kinds.items()))
        return Exit.OK

"""Print the events of a trial."""

import argparse

import msgspec

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.trial._source import add_source, add_trial, open_source, resolve
from hristudio_core.journal import Entry


class Events(Verb):
    """Print the events of a trial, one a line, with the seconds since its beginning."""

    EXAMPLES = """\
  hristudio trial events last
  hristudio trial events last --kind prompt.answered --kind deviation
  hristudio trial events last --json > events.jsonl"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_trial(parser)
        add_source(parser)
        parser.add_argument("--kind", action="append", help="only this kind (may be given several times)")
        parser.add_argument("--from-seq", type=int, default=1, help="first sequence number (default: 1)")
        add_data(parser)
        add_json(parser, "one JSON object a line, exactly as it is kept")

    def main(self, *, args: argparse.Namespace) -> int:
        """Print them."""
        began = 0
        with open_source(args.source, settings_of(args)) as source:
            for entry in source.entries(resolve(source, args.trial), args.from_seq):
                began = began or entry.monotonic_ns
                if not args.kind or entry.kind in args.kind:
                    print(msgspec.json.encode(entry).decode() if args.json else _line(entry, began))
        return Exit.OK


def _line(entry: Entry, began: int) -> str:
    seconds = (entry.monotonic_ns - began) * 1e-9
    return f"{entry.seq:>5} {seconds:>9.3f} {entry.kind:<20} {entry.path or entry.step:<24} {entry.payload}"

"""Prove that nothing of a trial was altered, dropped or added."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.trial._proof import Proof, prove
from hristudio_core.cli.trial._source import BOTH, add_source, add_trial


class Verify(Verb):
    """Prove that nothing of a trial was altered, dropped or added.

    Checks the hash chain of the journal and of PostgreSQL, and that both hold the same events.
    Exit code 1, with the sequence number of each fault, when anything is not as it was appended.
    """

    EXAMPLES = """\
  hristudio trial verify last
  hristudio trial verify 0193ab --from journal
  hristudio trial verify last --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_trial(parser)
        add_source(parser, BOTH)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Prove it."""
        proof = prove(args.trial, args.source, settings_of(args))
        if args.json:
            print_json(proof)
        else:
            print(_text(proof))
        return Exit.OK if proof.whole else Exit.NOT_IN_ORDER


def _text(proof: Proof) -> str:
    held = ", ".join(f"{count} events in the {place}" for place, count in proof.events.items())
    if proof.whole:
        return f"trial {proof.trial_id} is whole: {held}, head {proof.head_hash}"
    lines = "\n".join(f"  seq {fault.seq}: {fault.message} ({fault.place})" for fault in proof.faults)
    return f"trial {proof.trial_id} is NOT whole: {held}\n{lines}"

"""End a maintenance."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.maintenance._mode import as_json, open_mode


class Off(Verb):
    """End a maintenance, or withdraw one that was announced. The notice is gone within seconds."""

    EXAMPLES = "  hristudio maintenance off"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """End it."""
        with open_mode(settings_of(args)) as mode:
            known = mode.withdraw()
        if args.json:
            print_json({**as_json(None), "ended": known is not None})
        else:
            print("the maintenance is over" if known else "there was none")
        return Exit.OK

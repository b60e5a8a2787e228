"""Say whether there is a maintenance."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.maintenance._mode import as_json, open_mode, told
from hristudio_core.ops.notice_file import read_notice
from hristudio_core.store.errors import StoreFault


class Status(Verb):
    """Say whether a maintenance is announced or in force; while the database is away, what was known last."""

    EXAMPLES = "  hristudio maintenance status --json"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Say it."""
        settings = settings_of(args)
        doubt = ""
        try:
            with open_mode(settings) as mode:
                notice = mode.current()
        except StoreFault as error:
            notice, doubt = read_notice(settings.folder.run), str(error)
        if args.json:
            print_json({**as_json(notice), "doubt": doubt or None})
        else:
            print(told(notice))
            if doubt:
                print(f"as this machine knew last; the database does not serve: {doubt}")
        return Exit.OK

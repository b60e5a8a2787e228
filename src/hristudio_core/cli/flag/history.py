"""Tell who switched a feature, when, from what to what."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.flag._board import open_board
from hristudio_core.flags import FLAGS

MOST = 50


class History(Verb):
    """Tell who switched a feature, when, from what to what: the audit trail's lines of it, newest first."""

    EXAMPLES = "  hristudio flag history camera"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("name", choices=sorted(FLAGS), help="the feature")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Tell it."""
        with open_board(settings_of(args)) as board:
            records = board.history(args.name, MOST)
            names = {one: board.name_of(one) for one in {record.account_id for record in records}}
        rows = [
            {"at": one.at.isoformat(), "account": one.account_id, "name": names[one.account_id], **one.detail}
            for one in records
        ]
        if args.json:
            print_json(rows)
            return Exit.OK
        for row in rows:
            print(f"{row['at'][:19]}  {row.get('by') or row['name']}: {row['from']} -> {row['to']}")
        if not rows:
            print("nobody has switched it yet")
        return Exit.OK

"""Switch a feature on or off, for everybody or for some."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._errors import WordsContradict
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.flag._board import as_json, open_board
from hristudio_core.flags import BUCKETS, FLAGS, Rule, State, told
from hristudio_core.store.models import Role, StudyRole

CONTRADICTION = "--study, --role and --share go with `some`, which needs at least one of them"
ROLES = sorted({one.value for one in (*Role, *StudyRole)})


class Set(Verb):
    """Switch a feature on or off, for everybody or for some, while everything runs.

    Every dashboard goes by it within seconds. `--study`, `--role` and `--share` can be given together: any of
    them is enough. A share of accounts stays the same accounts while it grows. Each change is audited;
    what is so already is none.
    """

    EXAMPLES = """\
  hristudio flag set camera off
  hristudio flag set plots some --role researcher --share 20
  hristudio flag set plots some --study 0190c5a0-0000-7000-8000-000000000000"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("name", choices=sorted(FLAGS), help="the feature")
        parser.add_argument("state", choices=[one.value for one in State], help="for whom it is on")
        parser.add_argument("--study", action="append", default=[], help="a study's id; may be given again")
        parser.add_argument("--role", action="append", default=[], choices=ROLES, help="may be given again")
        parser.add_argument("--share", type=percent, default=0, metavar="PERCENT", help="of the accounts")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Switch it."""
        some = bool(args.study or args.role or args.share)
        if some is not (args.state == State.SOME.value):
            raise WordsContradict(CONTRADICTION)
        rule = Rule(State(args.state), tuple(args.study), tuple(args.role), args.share)
        flag = FLAGS[args.name]
        with open_board(settings_of(args)) as board:
            changed = board.set(flag.name, rule)
        if args.json:
            print_json({**as_json(flag, rule), "changed": changed})
        else:
            unchanged = "" if changed else "; it was so already, nothing is changed"
            print(f"{flag.name}: {told(flag, rule)}{unchanged}")
        return Exit.OK


def percent(text: str) -> int:
    """Read a percentage as argparse wants it read."""
    if not text.isdecimal() or int(text) > BUCKETS:
        raise argparse.ArgumentTypeError(f"a whole number up to 100, not {text!r}")
    return int(text)

"""Go back to the release before."""

import argparse
import sys

from msgspec import to_builtins

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.upgrade._place import add_root, open_stage
from hristudio_core.upgrade import GIVEN_UP, Ledger, Record, UpgradeRefused, can_go_back
from hristudio_core.upgrade import Rollback as Steps


class Rollback(Verb):
    """Go back to the release before, from an upgrade at its end or half done.

    After a minor upgrade whose migrations only add, the former release goes on with the newer schema: nothing
    is lost. Else the database is brought back as it was before the upgrade; what is there now becomes a
    backup first, trials that run are waited for, and events that robot hosts have come again by themselves.
    That is asked for by typing the backup's name. What is half done is gone on with by the same command.
    """

    EXAMPLES = """\
  hristudio upgrade rollback
  hristudio upgrade rollback --confirm 20261201T210000Z     # for scripts: the backup's name"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--confirm", default="", metavar="BACKUP", help="the name of the backup that is brought back"
        )
        add_root(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Go back."""
        settings, ledger = settings_of(args), Ledger(args.root.absolute())
        with ledger.alone(), open_stage(settings, args.root) as stage:
            record = can_go_back(stage.root, ledger.last())
            if record.needs_restore and "restore" not in record.undone:
                _confirm(record, args.confirm)
            done = Steps(stage, ledger).run(record)
        if args.json:
            print_json(to_builtins(done))
        elif done.outcome == GIVEN_UP:
            print(f"the upgrade to {done.release} is given up; it had changed nothing")
        else:
            print(f"{done.former} ({done.former_version}) serves again")
        return Exit.OK


def _confirm(record: Record, given: str) -> None:
    print(
        f"The database goes back to backup {record.backup}. What people have done since is lost to them;\n"
        "it is kept as another backup. Events that robot hosts have come again by themselves.",
        file=sys.stderr,
    )
    if not given:
        print("Type the backup's name to go on: ", end="", file=sys.stderr, flush=True)
        given = sys.stdin.readline().strip()
    if given != record.backup:
        raise UpgradeRefused(f"not confirmed: {given!r} is not {record.backup}. Nothing was changed")

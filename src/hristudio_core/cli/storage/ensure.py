"""Make the store as it has to be."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.storage._place import media_of, origins_of, print_steps, told


class Ensure(Verb):
    """Make the store as it has to be: there, private, open to our pages' links, tidied up after.

    A bucket gets blocked public access, a CORS rule for the dashboard (HRISTUDIO_PUBLIC_URL) and a rule that
    removes uploads which were never finished; whether strangers are kept out is tried. Rules of others stay.
    A folder becomes its owner's alone. Done twice, the second time changes nothing.
    """

    EXAMPLES = """\
  hristudio storage ensure
  hristudio storage ensure --dry-run --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Do it, and tell what was done."""
        settings = settings_of(args)
        media = media_of(settings)
        steps = media.ensure(origins_of(settings), dry_run=args.dry_run)
        if args.json:
            print_json({"place": media.place, "dry": args.dry_run, "steps": [told(step) for step in steps]})
        else:
            print(media.place)
            print_steps(steps)
        done = all(step.in_order for step in steps)
        return Exit.OK if done or args.dry_run else Exit.NOT_IN_ORDER

"""Make the store as it has to be."""

import argparse

from hristudio_core.backup import places_of
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.storage._place import print_place, told


class Ensure(Verb):
    """Make the store as it has to be: there, private, open to our pages' links, tidied up after.

    A bucket gets blocked public access, a CORS rule for the dashboard (HRISTUDIO_PUBLIC_URL) and a rule that
    removes uploads which were never finished; whether strangers are kept out is tried. Rules of others stay.
    The bucket of backups gets the same, without CORS. A folder becomes its owner's alone. Done twice, the
    second time changes nothing.
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
        done = []
        for place in places_of(settings_of(args)):
            steps = place.media.ensure(place.origins, dry_run=args.dry_run)
            done.append((place, steps))
            if not args.json:
                print_place(place, steps)
        if args.json:
            places = [
                {"holds": place.holds, "place": place.media.place, "steps": [told(step) for step in steps]}
                for place, steps in done
            ]
            print_json({"dry": args.dry_run, "places": places})
        in_order = all(step.in_order for _, steps in done for step in steps)
        return Exit.OK if in_order or args.dry_run else Exit.NOT_IN_ORDER

"""Prove that what is stored is what was stored."""

import argparse
import os
from pathlib import Path

from hristudio_core.backup import media_of
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.media import NotStored, ObjectDamaged


class Verify(Verb):
    """Read everything that is stored, and compare its SHA-256 with the one it was stored with."""

    EXAMPLES = """\
  hristudio storage verify
  hristudio storage verify trials/01890c4e-..."""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("prefix", nargs="?", default="", help="only those whose key begins so")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Read it."""
        media = media_of(settings_of(args))
        number, problems = 0, []
        with Path(os.devnull).open("wb") as nowhere:
            for one in media.list(args.prefix):
                try:
                    media.get(one.key, nowhere)
                except ObjectDamaged as error:
                    problems.append(str(error))
                except NotStored:
                    # Somebody removed it meanwhile.
                    continue
                number += 1
        if args.json:
            print_json({"place": media.place, "objects": number, "problems": problems})
        else:
            for problem in problems:
                print(problem)
            print(f"{number - len(problems)} of {number} objects are whole")
        return Exit.NOT_IN_ORDER if problems else Exit.OK

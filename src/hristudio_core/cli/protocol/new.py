"""Write a small protocol to begin with."""

import argparse
from pathlib import Path

from hristudio_core.cli._errors import FileExists
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.protocol import starter


class New(Verb):
    """Write a small protocol to begin with; it is valid as it stands."""

    EXAMPLES = """\
  hristudio protocol new my_study.yaml
  hristudio protocol new my_study.yaml --title "My first study\""""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("file", type=Path, metavar="FILE", help="file to write")
        parser.add_argument("--title", default="", help="title to show (default: from the file's name)")
        parser.add_argument("--force", action="store_true", help="overwrite a file that is there")

    def main(self, *, args: argparse.Namespace) -> int:
        """Write it."""
        path: Path = args.file
        try:
            with path.open("w" if args.force else "x", encoding="utf-8") as file:
                file.write(starter(path.stem, args.title))
        except FileExistsError as error:
            raise FileExists(str(path)) from error
        print(f"wrote {path}; check it with `hristudio protocol validate {path}`")
        return Exit.OK

"""Write a small protocol to begin with."""

import argparse
from pathlib import Path

import msgspec

from hristudio_core.cli._errors import FileExists
from hristudio_core.cli._verb import Exit, Parser, Verb

TEMPLATE = """\
hristudio: 1
name: {name}
title: {title}
version: "0.1"

steps:
  - id: welcome
    title: Welcome
    instructions: Wait until the participant sits.
    do:
      - prompt:
          text: Is the participant ready?
          options:
            - {{id: ready, label: Ready, hotkey: r}}
            - {{id: stop, label: Stop the session, hotkey: x, next: goodbye}}
      - say: {{text: Hello. I am glad that you are here.}}
    next: goodbye

  - id: goodbye
    title: Goodbye
    do:
      - say: {{text: Thank you. Goodbye.}}
"""


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
        name = "".join(letter if letter.isalnum() else "_" for letter in path.stem.lower()).strip("_")
        title: str = args.title or path.stem.replace("_", " ").capitalize()
        try:
            with path.open("w" if args.force else "x") as file:
                file.write(TEMPLATE.format(name=name, title=msgspec.json.encode(title).decode()))
        except FileExistsError as error:
            raise FileExists(str(path)) from error
        print(f"wrote {path}; check it with `hristudio protocol validate {path}`")
        return Exit.OK

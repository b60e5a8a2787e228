"""Fetch what is stored into a file."""

import argparse
from pathlib import Path

from msgspec import to_builtins

from hristudio_core.backup import media_of
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._errors import FileExists
from hristudio_core.cli._output import print_json, size
from hristudio_core.cli._verb import Exit, Parser, Verb


class Get(Verb):
    """Fetch what is stored into a file, and prove by its hash that it is what was stored."""

    EXAMPLES = "  hristudio storage get trials/01890c4e-.../video.mp4 video.mp4"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("key", help="what it is called in the store")
        parser.add_argument("file", help="the file to make")
        parser.add_argument("--force", action="store_true", help="replace a file that is there")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Fetch it."""
        media = media_of(settings_of(args))
        file = Path(args.file)
        if file.exists() and not args.force:
            raise FileExists(args.file)
        draft = file.with_name(f".{file.name}.draft")
        try:
            with draft.open("wb") as target:
                stored = media.get(args.key, target)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
        if args.json:
            print_json(to_builtins(stored))
        else:
            print(f"{file}  {size(stored.size)}  sha256 {stored.sha256}")
        return Exit.OK

"""Store a file."""

import argparse
import mimetypes
from pathlib import Path

from msgspec import to_builtins

from hristudio_core.backup import media_of
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._errors import FileExists
from hristudio_core.cli._output import print_json, size
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.media import BYTES, NotStored


class Put(Verb):
    """Store a file, such as the video of a trial; large ones go in parts, and on after an interruption."""

    EXAMPLES = "  hristudio storage put video.mp4 trials/01890c4e-.../video.mp4"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("file", help="the file")
        parser.add_argument("key", help="what it is called in the store; / makes groups")
        parser.add_argument("--force", action="store_true", help="replace what is stored by this key")
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Store it."""
        media = media_of(settings_of(args))
        if not args.force:
            try:
                media.stat(args.key)
            except NotStored:
                pass
            else:
                raise FileExists(args.key)
        with Path(args.file).open("rb") as source:
            stored = media.put(args.key, source, mimetypes.guess_type(args.file)[0] or BYTES)
        if args.json:
            print_json(to_builtins(stored))
        else:
            print(f"{stored.key}  {size(stored.size)}  sha256 {stored.sha256}")
        return Exit.OK

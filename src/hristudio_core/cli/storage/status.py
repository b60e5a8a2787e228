"""Say whether the store answers and is as it has to be, and what it holds."""

import argparse
import time

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json, size
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.storage._place import media_of, origins_of, print_steps, told
from hristudio_core.media import FolderMedia, free_bytes


class Status(Verb):
    """Say whether the store answers and is as it has to be, and how much it holds. Changes nothing."""

    EXAMPLES = """\
  hristudio storage status
  hristudio storage status --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Look."""
        settings = settings_of(args)
        media = media_of(settings)
        began = time.monotonic()
        steps = media.ensure(origins_of(settings), dry_run=True)
        took_ms = round((time.monotonic() - began) * 1e3, 1)
        reachable = all(step.in_order for step in steps[:1])
        sizes = [one.size for one in media.list()] if reachable else []
        free = free_bytes(media.root) if isinstance(media, FolderMedia) else None
        if args.json:
            held = {"objects": len(sizes), "bytes": sum(sizes), "free_bytes": free}
            print_json({"place": media.place, "ms": took_ms, **held, "steps": [told(step) for step in steps]})
        else:
            room = "" if free is None else f", {size(free)} free"
            print(f"{media.place}\n{len(sizes)} objects, {size(sum(sizes))}{room}")
            print_steps(steps)
        return Exit.OK if all(step.in_order for step in steps) else Exit.NOT_IN_ORDER

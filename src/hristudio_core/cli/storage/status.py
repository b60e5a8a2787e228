"""Say whether the store answers and is as it has to be, and what it holds."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass

from hristudio_core.backup import Place, places_of
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json, size
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.storage._place import print_place, told
from hristudio_core.media import FolderMedia, Step, free_bytes


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
        states = [_state_of(place) for place in places_of(settings_of(args))]
        if args.json:
            print_json({"places": [state.told() for state in states]})
        for state in () if args.json else states:
            print_place(state.place, state.steps, f", {state.words()}")
        in_order = all(step.in_order for state in states for step in state.steps)
        return Exit.OK if in_order else Exit.NOT_IN_ORDER


@dataclass(frozen=True)
class State:
    """How a store was found: what is to be done to it, how long it took to answer, sizes of what it holds."""

    place: Place
    steps: tuple[Step, ...]
    took_ms: float
    sizes: Sequence[int]
    free: int | None

    def words(self) -> str:
        """Say what it holds."""
        room = "" if self.free is None else f", {size(self.free)} free"
        return f"{len(self.sizes)} objects, {size(sum(self.sizes))}{room}"

    def told(self) -> dict[str, object]:
        """Give it for a machine to read."""
        held = {"objects": len(self.sizes), "bytes": sum(self.sizes), "free_bytes": self.free}
        found = {"holds": self.place.holds, "place": self.place.media.place, "ms": self.took_ms, **held}
        return {**found, "steps": [told(step) for step in self.steps]}


def _state_of(place: Place) -> State:
    began = time.monotonic()
    steps = place.media.ensure(place.origins, dry_run=True)
    took_ms = round((time.monotonic() - began) * 1e3, 1)
    reachable = all(step.in_order for step in steps[:1])
    sizes = [one.size for one in place.media.list()] if reachable else []
    free = free_bytes(place.media.root) if isinstance(place.media, FolderMedia) else None
    return State(place, steps, took_ms, sizes, free)

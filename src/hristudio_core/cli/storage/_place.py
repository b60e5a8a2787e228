"""How the places where recordings lie are told of."""

from msgspec import to_builtins

from hristudio_core.backup import Place
from hristudio_core.cli._output import print_table
from hristudio_core.media import Outcome, Step


def print_place(place: Place, steps: tuple[Step, ...], more: str = "") -> None:
    """Print what a store is, and its steps, one a line."""
    print(f"{place.holds}: {place.media.place}{more}")
    print_table(("what", "", "how"), [(step.name, _word(step.outcome), step.detail) for step in steps])


def told(step: Step) -> dict[str, object]:
    """Give a step for a machine to read."""
    return {**to_builtins(step), "in_order": step.in_order}


def _word(outcome: Outcome) -> str:
    return "in order" if outcome is Outcome.ALREADY else str(outcome.value)

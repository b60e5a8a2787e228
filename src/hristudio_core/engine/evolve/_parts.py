"""Small moves that several families of facts share."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from hristudio_core.engine.phases import ACTIVATION, ActivationMove, move
from hristudio_core.engine.state import Timer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hristudio_core.engine.state import Activation, State

_Item = TypeVar("_Item")


def with_item(items: Mapping[str, _Item], key: str, item: _Item) -> dict[str, _Item]:
    """Return a copy with one item put in."""
    copy = dict(items)
    copy[key] = item
    return copy


def without(items: dict[str, _Item], keys: Iterable[str]) -> dict[str, _Item]:
    """Return a copy without some items, or the same when it has none of them."""
    gone = [key for key in keys if key in items]
    if not gone:
        return items
    copy = dict(items)
    for key in gone:
        del copy[key]
    return copy


def moved(activation: Activation, how: ActivationMove) -> Activation:
    """Return the activation after a move that changes nothing else."""
    return replace(activation, phase=move(ACTIVATION, activation.phase, how))


def put(state: State, activation: Activation) -> dict[str, Activation]:
    """Return the activations with one of them changed."""
    return with_item(state.activations, activation.path, activation)


def held_timers(timers: dict[str, Timer], now_ns: int) -> dict[str, Timer]:
    """Return the timers with those that hold standing still."""
    return {
        name: Timer(timer.due_ns, max(0, timer.due_ns - now_ns), holds=True)
        if timer.holds and timer.remaining_ns is None
        else timer
        for name, timer in timers.items()
    }


def moved_timers(timers: dict[str, Timer], by_ns: int) -> dict[str, Timer]:
    """Return the timers due as much later as the clock has moved."""
    return {
        name: Timer(timer.due_ns + by_ns, timer.remaining_ns, timer.holds) for name, timer in timers.items()
    }


def running_timers(timers: dict[str, Timer], now_ns: int) -> dict[str, Timer]:
    """Return the timers going on from what remained of them."""
    return {
        name: timer if timer.remaining_ns is None else Timer(now_ns + timer.remaining_ns, None, timer.holds)
        for name, timer in timers.items()
    }

"""How many observers one web process carries: more and more, until events come too late or not at all."""

from benchmarks._fan_out import EVENTS_PER_S, Told, fan_out
from benchmarks.figure import Figure

STAGES = (100, 125, 150, 175, 200, 300, 400)
LIMIT_MS = 100.0
REQUIRED = 100


def measure() -> list[Figure]:
    figures: list[Figure] = []
    carried = 0
    for observers in STAGES:
        told = fan_out(observers)
        figures += _stage(observers, told)
        if told.p95_ms > LIMIT_MS or told.arrived < 100:
            break
        carried = observers
    name = f"observers: one process carries at {EVENTS_PER_S} events/s, p95 <= {LIMIT_MS:g} ms"
    return [*figures, Figure.at_least(name, carried, "observers", REQUIRED)]


def _stage(observers: int, told: Told) -> list[Figure]:
    name = f"observers: {observers}"
    return [
        Figure(f"{name}, event to all, p95", told.p95_ms, "ms", "", ok=True),
        Figure(f"{name}, events that arrived", told.arrived, "%", "", ok=True),
        Figure(f"{name}, server's processor", told.core, "of a core", "", ok=True),
    ]

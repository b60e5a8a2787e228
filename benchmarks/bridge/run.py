"""All figures of the bridge in one run."""

import uvloop

from benchmarks.bridge import goals, requests, streams
from benchmarks.bridge.bench import Bench
from benchmarks.figure import Figure


def measure() -> list[Figure]:
    """Start a bridge and measure it."""
    return uvloop.run(_measure())


async def _measure() -> list[Figure]:
    async with Bench() as bench:
        return [
            *await requests.resting(bench),
            *await requests.connecting(bench),
            *await requests.calls(bench),
            *await requests.provided(bench),
            *await goals.goals(bench),
            *await streams.measure(bench),
        ]

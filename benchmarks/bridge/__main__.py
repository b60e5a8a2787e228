"""`python -m benchmarks.bridge NAME all|large`: measure one server; a figure a line, as JSON."""

import json
import sys
from collections.abc import AsyncIterator
from dataclasses import asdict

import uvloop

from benchmarks.bridge import floor, goals, requests, streams
from benchmarks.bridge.bench import Bench
from benchmarks.bridge.subject import subjects
from benchmarks.figure import Figure


async def main(name: str, part: str) -> None:
    subject = next(subject for subject in subjects() if subject.name == name)
    async with Bench(subject) as bench:
        async for figure in _all(bench) if part == "all" else _large(bench):
            print(json.dumps(asdict(figure)), flush=True)


async def _all(bench: Bench) -> AsyncIterator[Figure]:
    for measure in (
        requests.resting,
        requests.connecting,
        requests.calls,
        requests.provided,
        goals.goals,
        floor.floor,
        streams.small,
        streams.large,
        streams.scans,
    ):
        for figure in await measure(bench):
            yield figure


async def _large(bench: Bench) -> AsyncIterator[Figure]:
    for figure in await streams.large(bench, " (profile)"):
        yield figure


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], sys.argv[2]))

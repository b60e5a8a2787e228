"""The bridge: latency, rates, images, calls, goals, rest. Beside each figure what it has to reach."""

from benchmarks.bridge.run import measure

__all__ = ["measure"]

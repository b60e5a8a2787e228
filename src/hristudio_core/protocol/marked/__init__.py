"""YAML that keeps line and column of every key and value, and survives any input."""

from __future__ import annotations

from hristudio_core.protocol.marked._compose import MAX_BYTES, MAX_DEPTH, MAX_NODES, compose
from hristudio_core.protocol.marked._nodes import Entry, Mapping, Node, Scalar, Sequence, kind

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "compose",
    "kind",
]

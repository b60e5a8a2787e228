"""A YAML document as its author sees it: line and column of every key and value, and what is wrong with it.

``compose`` survives any input. Whoever reads the document gathers its problems, with the nearest known word.
"""

from __future__ import annotations

from hristudio_core.document._compose import MAX_BYTES, MAX_DEPTH, MAX_NODES, compose
from hristudio_core.document._nodes import Entry, Mapping, Node, Scalar, Sequence, kind, plain
from hristudio_core.document.nearest import Nearest, nearest, suggestion
from hristudio_core.document.problems import Problem, Problems, Severity

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_NODES",
    "Entry",
    "Mapping",
    "Nearest",
    "Node",
    "Problem",
    "Problems",
    "Scalar",
    "Sequence",
    "Severity",
    "compose",
    "kind",
    "nearest",
    "plain",
    "suggestion",
]

"""The compiled protocol: a flat table of nodes with their expressions and templates parsed once.

A node is one place of the protocol at which something can be active: a step, an action, a lane of a
``parallel``. Its path is readable and unique (``quiz/ask/0``); an activation's path is the node's
path with visits and turns in it (``quiz#2/ask@3/0``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hristudio_core.expressions import Expression, Template
    from hristudio_core.protocol.model import Intervention, OnFailure, Protocol, Step

BUDGET = 10_000
"""Facts that one input may lead to before the protocol counts as running away."""


class Body(Struct, frozen=True):
    """Actions that run one after the other."""

    nodes: tuple[str, ...]


class Node(Struct, frozen=True, kw_only=True):
    """One place of the protocol.

    Attributes:
        kind: an action's tag, or ``step``, ``lane``.
        model: the part of the protocol that it stands for.
        parent: path of the node around it, empty for a step.
        segment: what it adds to its parent's path.
        index: its position in its body.
        bodies: the bodies that it runs, by number.
        expressions: conditions by what they are for.
        templates: values to fill in by what they are for.
        on_failure: what follows when it fails; None asks a person.
        filler: bridges a prompt's waiting time: its parent does not go on by its end.
        background: nothing waits for it.
    """

    path: str
    kind: str
    model: Any
    parent: str = ""
    segment: str = ""
    index: int = 0
    bodies: tuple[Body, ...] = ()
    expressions: Mapping[str, Expression] = {}
    templates: Mapping[str, Template] = {}
    on_failure: OnFailure | None = None
    filler: bool = False
    background: bool = False


class Palette(Struct, frozen=True):
    """An intervention with its fixed arguments and utterances as templates."""

    model: Intervention
    fixed: Template
    utterances: Mapping[str, tuple[Template, ...]]


class Exit(Struct, frozen=True):
    """A way out of a step: to another or the end, with its condition in words."""

    to: str
    when: str


class Program(Struct, frozen=True, kw_only=True):
    """A protocol, ready to run. It never changes."""

    protocol: Protocol
    digest: str
    nodes: Mapping[str, Node]
    steps: Mapping[str, Step]
    palettes: Mapping[str, Mapping[str, Palette]]
    """By step and intervention; those of the protocol stand in each step."""
    exits: Mapping[str, tuple[Exit, ...]]
    """By step: where it may lead."""
    budget: int = BUDGET

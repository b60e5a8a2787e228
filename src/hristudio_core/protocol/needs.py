"""What a protocol asks of a robot."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from hristudio_core.protocol.checks import walk
from hristudio_core.protocol.model import Skill

if TYPE_CHECKING:
    from hristudio_core.protocol.model import Protocol


def skills_of(protocol: Protocol) -> frozenset[str]:
    """Give the skills that a protocol names: in its steps, in its palettes, and those that it requires."""
    scripted = (
        action.skill
        for step in protocol.steps
        for action in walk(step.do)
        if isinstance(action, Skill)
    )  # fmt: skip
    palettes = chain(protocol.interventions, *(step.interventions for step in protocol.steps))
    return frozenset(chain(protocol.requires, scripted, (one.skill for one in palettes)))

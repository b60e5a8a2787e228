"""What a step does. One module a word of the language, each with its ``VERB``."""

from __future__ import annotations

from hristudio_core.protocol.actions._verb import MODIFIERS, Body, Verb
from hristudio_core.protocol.actions.reading import read_actions
from hristudio_core.protocol.actions.registry import VERBS
from hristudio_core.protocol.actions.skill import MODIFIERS as SKILL_MODIFIERS

__all__ = ["MODIFIERS", "SKILL_MODIFIERS", "VERBS", "Body", "Verb", "read_actions"]

"""The word ``set``."""

from __future__ import annotations

from hristudio_core.protocol.actions._options import ASSIGNMENTS
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Set

VERB = Verb(
    name="set",
    doc="Give variables new values. No value may use another variable that is set with it.",
    model=Set,
    body=Body(None, ASSIGNMENTS, into="values"),
)

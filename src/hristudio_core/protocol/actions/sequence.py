"""The word ``sequence``."""

from __future__ import annotations

from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Sequence
from hristudio_core.protocol.shapes import Actions

VERB = Verb(
    name="sequence",
    doc="Do several actions one after the other, as one action.",
    model=Sequence,
    body=Body(None, Actions(), into="do"),
)

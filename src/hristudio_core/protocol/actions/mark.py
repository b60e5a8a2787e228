"""The word ``mark``."""

from __future__ import annotations

from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.actions.skill import ARGUMENTS
from hristudio_core.protocol.model import Mark
from hristudio_core.protocol.shapes import Field, Fields, FilledText

_LABEL = FilledText()

VERB = Verb(
    name="mark",
    doc="Put a named point in time into the record.",
    model=Mark,
    body=Body(
        Fields(
            "mark",
            Field("label", _LABEL, "Name of the moment.", required=True),
            Field("data", ARGUMENTS, "Values that are kept with it."),
        ),
        short=_LABEL,
        into="label",
    ),
)

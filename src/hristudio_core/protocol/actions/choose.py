"""The word ``choose``."""

from __future__ import annotations

from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Choose, Weighted
from hristudio_core.protocol.shapes import Actions, Field, Fields, Id, ListOf, Number, Record, VariableName

OPTION = Record(
    "an option",
    Weighted,
    Field("id", Id(), "Name of the option in the record; its position when left out."),
    Field(
        "weight",
        Number(above=0, most=1_000_000, blank=1.0),
        "How likely it is, compared with the others; 1 when left out.",
    ),
    Field("do", Actions(), "The actions of the option.", required=True),
)

VERB = Verb(
    name="choose",
    doc="Do one of several things, drawn at random from the trial's seed.",
    model=Choose,
    body=Body(
        Fields(
            "choose",
            Field(
                "options",
                ListOf(OPTION, "a list of options", least=2, most=100, unique="id"),
                "What is drawn from.",
                required=True,
            ),
            Field(
                "save",
                VariableName(),
                "Variable that takes the id of the drawn option (its position without one).",
            ),
        )
    ),
)

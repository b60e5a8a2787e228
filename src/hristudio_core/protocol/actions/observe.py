"""The word ``observe``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.actions._options import CODES
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import Observe
from hristudio_core.protocol.shapes import Field, Fields, FilledText, Flag, Id, RoleName

if TYPE_CHECKING:
    from hristudio_core.protocol.reader import Reader
    from hristudio_core.protocol.shapes import Draft

NO_NOTE = "skip"
"""The option that leaves a note out."""


def _check(draft: Draft, reader: Reader) -> None:
    for i, option in enumerate(draft.values.get("options", ())):
        if option.id == NO_NOTE and not draft.values.get("required"):
            message = f"the id '{NO_NOTE}' stands for leaving the note out"
            path = f"{draft.path}.options[{i}].id"
            reader.problem(reader.at(option, "id"), message, path=path, hint="take another id")


VERB = Verb(
    name="observe",
    doc="Ask the wizard for a coded note about the participant.",
    model=Observe,
    body=Body(
        Fields(
            "observe",
            Field("code", Id(), "Name of what is observed, in the record and in exports.", required=True),
            Field("text", FilledText(), "What the wizard shall look at.", required=True),
            Field("options", CODES, "Codes to choose from."),
            Field("free_text", Flag(), "Whether words are allowed; they are when left out."),
            Field("required", Flag(), "Whether the note must be given; it may be left out otherwise."),
            Field("role", RoleName(), "Who is asked; `wizard` when left out."),
            rule=_check,
        )
    ),
    modifiers=frozenset({"timeout"}),
)

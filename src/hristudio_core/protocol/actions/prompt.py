"""The word ``prompt``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.protocol.actions._options import ANSWERS
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.actions.skill import SkillCall
from hristudio_core.protocol.model import Prompt
from hristudio_core.protocol.shapes import (
    Duration,
    Field,
    Fields,
    FilledText,
    Flag,
    Id,
    RoleName,
    VariableName,
)

if TYPE_CHECKING:
    from hristudio_core.protocol.model import Action
    from hristudio_core.protocol.reader import Reader
    from hristudio_core.protocol.shapes import Draft

REACTION = Fields(
    "reaction",
    Field("amber", Duration(), "Reply time from which an answer counts as slow.", into="amber_s"),
    Field("red", Duration(), "Reply time from which an answer counts as late.", into="red_s"),
    Field("filler", SkillCall(), "Skill that bridges the silence, at amber or, without it, at red."),
)


def _check(draft: Draft, reader: Reader) -> None:
    values = draft.values
    if "options" in draft.nodes:
        if not values["options"] and not values.get("free_text"):
            reader.problem(
                draft.nodes["options"], "the prompt has no option that could be chosen", path=draft.path
            )
    elif not values.get("free_text"):
        hint = "give it options, or free_text: true"
        reader.problem(draft.node, "nobody could answer the prompt", path=draft.path, hint=hint)
    default = values.get("default", "")
    known = [option.id for option in values.get("options", ())]
    if default and default not in known:
        message = f"the default '{default}' is not one of the options"
        reader.problem(
            draft.nodes["default"], message, path=f"{draft.path}.default", hint=reader.guess(default, known)
        )
    for option in values.get("options", ()):
        if values.get("save") in option.set:
            message = f"'{values['save']}' is set by 'save' as well"
            path = f"{reader.place(option).path}.set"
            reader.problem(
                reader.at(option, "set"), message, path=path, hint="give the option a 'value' instead"
            )
    _check_reaction(draft, reader)


def _check_reaction(draft: Draft, reader: Reader) -> None:
    reaction = draft.values.get("reaction", {})
    amber, red = reaction.get("amber_s"), reaction.get("red_s")
    node, path = draft.nodes.get("reaction", draft.node), f"{draft.path}.reaction"
    if amber and red and amber > red:
        reader.problem(node, "amber comes after red", path=path, hint="amber must not be longer than red")
    if reaction.get("filler") and not amber and not red:
        reader.problem(
            node, "the filler would never be used", path=path, hint="say with 'amber' when it begins"
        )


def _build(*, reaction: dict[str, Any] | None = None, **fields: Any) -> Action:
    return Prompt(**fields, **(reaction or {}))


VERB = Verb(
    name="prompt",
    doc="Ask the wizard for a decision and wait for it.",
    model=_build,
    body=Body(
        Fields(
            "prompt",
            Field("text", FilledText(), "What the wizard is asked.", required=True),
            Field("options", ANSWERS, "The answers to choose from."),
            Field("free_text", Flag(), "Whether the wizard may also answer in words of their own."),
            Field("save", VariableName(), "Variable that takes the option's value (or id), or the words."),
            Field("default", Id(), "Option that is taken when nobody has answered by the timeout."),
            Field("reaction", REACTION, "How fast the wizard should answer, and what bridges the silence."),
            Field("role", RoleName(), "Who is asked; `wizard` when left out."),
            rule=_check,
        )
    ),
    modifiers=frozenset({"timeout"}),
)

"""Skills must be the robot's, and their arguments must fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.document import Mapping, Scalar, nearest
from hristudio_core.protocol.actions import VERBS
from hristudio_core.protocol.checks._schema import check_schema
from hristudio_core.protocol.checks._walk import walk
from hristudio_core.protocol.checks.conditions import key_of, value_of
from hristudio_core.protocol.model import Skill, Wait
from hristudio_core.protocol.reader import Mention, Role

if TYPE_CHECKING:
    from collections.abc import Mapping as AbstractMapping
    from typing import Any

    from hristudio_core.protocol.catalogue import SkillCatalogue
    from hristudio_core.protocol.model import Argument, Intervention, Protocol
    from hristudio_core.protocol.reader import Reader

_ALIKE = 0.8
"""How like a word of the language a skill's name must be to be taken for a slip."""


def check_skills(protocol: Protocol, reader: Reader, skills: SkillCatalogue | None) -> None:
    """Tell about skills and arguments that the robot does not have.

    Without a catalogue only likely slips are told, as warnings.
    """
    mentions = [mention for mention in reader.mentions if mention.role in (Role.SKILL, Role.ROBOT)]
    for mention in mentions:
        if skills is not None:
            _check_known(mention, skills, reader)
        else:
            _check_slip(mention, protocol, reader)
    if skills is None:
        return
    if skills.watches:
        _check_topics(protocol, skills, reader)
    for step in protocol.steps:
        for action in walk(step.do):
            if isinstance(action, Skill) and (schema := skills.schema(action.skill)) is not None:
                _check_call(action, schema, reader)
    for palette in (protocol.interventions, *(step.interventions for step in protocol.steps)):
        for intervention in palette:
            if (schema := skills.schema(intervention.skill)) is not None:
                _check_intervention(intervention, schema, reader)


def _check_known(mention: Mention, skills: SkillCatalogue, reader: Reader) -> None:
    if skills.schema(mention.name) is not None:
        return
    hint = reader.guess(mention.name, skills.names)
    if not hint and mention.role is Role.SKILL:
        hint = reader.guess(mention.name, VERBS)
    if not hint and skills.names:
        hint = f"the robot can {', '.join(skills.names[:12])}"
    reader.problem(mention.node, f"unknown skill '{mention.name}'", path=mention.path, hint=hint)


def _check_topics(protocol: Protocol, skills: SkillCatalogue, reader: Reader) -> None:
    """Warn of topics that are neither the profile's nor given with a type: they may not be there."""
    typed = {
        reader.at(action, "topic")
        for step in protocol.steps
        for action in walk(step.do)
        if isinstance(action, Wait) and action.topic is not None and action.topic.type
    }
    for mention in reader.mentions:
        if mention.role is Role.TOPIC and mention.name not in skills.watches and mention.node not in typed:
            hint = reader.guess(mention.name, skills.watches) or "give its 'type'"
            message = f"the robot's profile has no topic '{mention.name}'"
            reader.problem(mention.node, message, path=mention.path, hint=hint, warning=True)


def _check_slip(mention: Mention, protocol: Protocol, reader: Reader) -> None:
    if mention.role is Role.ROBOT or mention.name in protocol.requires:
        return
    slip = nearest(mention.name, VERBS, _ALIKE).question if reader.problems.guessing else ""
    if slip:
        message = f"skill '{mention.name}' looks like a word of the language"
        reader.problem(mention.node, message, path=mention.path, hint=slip, warning=True)
    elif protocol.requires:
        hint = reader.guess(mention.name, protocol.requires) or "name it there"
        message = f"skill '{mention.name}' is not under the robot's 'requires'"
        reader.problem(mention.node, message, path=mention.path, hint=hint, warning=True)


def _check_call(action: Skill, schema: AbstractMapping[str, Any], reader: Reader) -> None:
    place = reader.place(action)
    path = f"{place.path}.{action.skill}"
    arguments = place.fields["arguments"]
    if not isinstance(arguments, Mapping) and not (isinstance(arguments, Scalar) and arguments.value is None):
        return  # told already, when it was read
    check_schema(arguments, schema, reader, path, action.skill, at=place.fields["skill"])


def _check_intervention(
    intervention: Intervention, schema: AbstractMapping[str, Any], reader: Reader
) -> None:
    place = reader.place(intervention)
    known: AbstractMapping[str, Any] = schema.get("properties", {})
    fixed, open_ = reader.at(intervention, "fixed"), reader.at(intervention, "arguments")
    for section, node, names in (
        ("fixed", fixed, intervention.fixed),
        ("arguments", open_, intervention.arguments),
    ):
        for name in names:
            path = f"{place.path}.{section}.{name}"
            if name not in known:
                if schema.get("additionalProperties") is False or known:
                    message = f"unknown argument '{name}' of '{intervention.skill}'"
                    reader.problem(key_of(node, name), message, path=path, hint=reader.guess(name, known))
            elif section == "fixed":
                check_schema(value_of(node, name), known[name], reader, path, name)
            else:
                _check_argument(intervention.arguments[name], known[name], reader, path)
    for name in schema.get("required", ()):
        if name not in intervention.fixed and name not in intervention.arguments:
            message = f"argument '{name}' of '{intervention.skill}' is missing"
            reader.problem(reader.at(intervention, "skill"), message, path=place.path)


def _check_argument(argument: Argument, schema: AbstractMapping[str, Any], reader: Reader, path: str) -> None:
    place = reader.place(argument)
    for field in ("utterances", "choices"):
        if field in place.fields:
            items = {"type": "array", "items": schema}
            check_schema(place.fields[field], items, reader, f"{path}.{field}", field)
    for field in ("minimum", "maximum"):
        if field in place.fields:
            check_schema(place.fields[field], schema, reader, f"{path}.{field[:3]}", field[:3])
    if "default" in place.fields:
        check_schema(place.fields["default"], schema, reader, f"{path}.default", "default")

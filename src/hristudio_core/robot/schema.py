"""The arguments of a skill as JSON Schema (draft 2020-12), for pages and for checking."""

from typing import Any

from hristudio_core.robot.profile import Skill

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def arguments_schema(skill: Skill) -> dict[str, Any]:
    """Give the schema of a skill's arguments object. `unit` is an annotation of ours."""
    return {
        "$schema": DIALECT,
        "title": skill.title,
        "type": "object",
        "properties": {argument.name: dict(argument.schema) for argument in skill.arguments},
        "required": [argument.name for argument in skill.arguments if argument.required],
        "additionalProperties": False,
    }

"""The JSON Schema of the language, for editors.

It is put together from the shapes that read a file, so that it cannot say something else than they do.
``python -m hristudio_core.protocol schema`` writes it; the copy in ``config/`` is checked by a test.
"""

from __future__ import annotations

import json
from typing import Any

from hristudio_core.protocol.actions import MODIFIERS, SKILL_MODIFIERS, VERBS, Verb
from hristudio_core.protocol.actions.skill import ARGUMENTS, RESERVED
from hristudio_core.protocol.sections import PROTOCOL

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """Return the schema of a whole protocol file."""
    return {
        "$schema": _DIALECT,
        "title": "HRIStudio protocol",
        "description": "One protocol of a Wizard-of-Oz study; see docs/protocol-reference.md.",
        **PROTOCOL.schema(),
        "$defs": {
            "actions": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/action"}},
            "action": _action(),
            **{name: verb.body.schema() for name, verb in VERBS.items()},
            **{
                f"beside_{name}": {"description": field.doc, **field.shape.schema()}
                for name, field in MODIFIERS.items()
            },
        },
    }


def _action() -> dict[str, Any]:
    """One verb with what may stand beside it; a word that is no verb names a skill.

    ``if`` and ``then`` instead of ``oneOf``: an editor then tells what is wrong with the verb that is there.
    """
    offered = {name: {"description": verb.doc} for name, verb in VERBS.items()}
    return {
        "type": "object",
        "minProperties": 1,
        "properties": offered,
        "allOf": [
            *({"if": {"required": [name]}, "then": _verb(verb)} for name, verb in VERBS.items()),
            {"if": {"not": {"anyOf": [{"required": [name]} for name in VERBS]}}, "then": _skill()},
        ],
    }


def _beside(names: frozenset[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/$defs/beside_{name}"} for name in sorted(names | {"id"})}


def _verb(verb: Verb) -> dict[str, Any]:
    body = {"description": verb.doc, "$ref": f"#/$defs/{verb.name}"}
    return {"properties": {verb.name: body, **_beside(verb.modifiers)}, "additionalProperties": False}


def _skill() -> dict[str, Any]:
    others = "|".join([*MODIFIERS, *RESERVED])
    return {
        "properties": _beside(SKILL_MODIFIERS),
        "patternProperties": {f"^(?!(?:{others})$)[A-Za-z_][A-Za-z0-9_]*$": ARGUMENTS.schema()},
        "additionalProperties": False,
        "not": {"propertyNames": {"enum": list(MODIFIERS)}},
    }


def schema_text() -> str:
    """Return the schema as it is kept in ``config/protocol.schema.json``."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"

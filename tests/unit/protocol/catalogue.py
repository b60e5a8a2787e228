"""A small robot for tests of the language."""

from hristudio_core.protocol import SkillCatalogue


def _arguments(required, **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


ROBOT = SkillCatalogue(
    {
        "say": _arguments(
            ["text"],
            text={"type": "string", "minLength": 1, "maxLength": 1000},
            volume={"type": "number", "minimum": 0.0, "maximum": 1.0},
        ),
        "gesture": _arguments(["name"], name={"type": "string", "enum": ["wave", "nod", "bow"]}),
        "look": _arguments([], yaw_rad={"type": "number", "minimum": -2, "maximum": 2}),
    }
)

"""What a robot can do, as far as a protocol can be checked against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class SkillCatalogue:
    """Skills by name, each with a JSON Schema of its arguments.

    Of the schemas ``type``, ``properties``, ``required``, ``additionalProperties``, ``enum``,
    ``minimum``, ``maximum``, ``minLength``, ``maxLength`` and ``items`` are looked at.
    """

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the schemas, as the robot's profile gives them."""
        self._schemas = {name: dict(schema) for name, schema in schemas.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """All skills, sorted."""
        return tuple(sorted(self._schemas))

    def schema(self, skill: str) -> Mapping[str, Any] | None:
        """Return the schema of a skill's arguments, or None for an unknown skill."""
        return self._schemas.get(skill)

"""What a robot can do, as far as a protocol can be checked against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class SkillCatalogue:
    """Skills by name, each with a JSON Schema of its arguments.

    Of the schemas ``type``, ``properties``, ``required``, ``additionalProperties``, ``enum``,
    ``minimum``, ``maximum``, ``minLength``, ``maxLength`` and ``items`` are looked at.
    """

    def __init__(self, schemas: Mapping[str, Mapping[str, Any]], watches: Iterable[str] = ()) -> None:
        """Take what the robot's profile gives.

        Args:
            schemas: by skill, a JSON Schema of its arguments.
            watches: names of topics that a trial may wait for; when empty, topics are not checked.
        """
        self._schemas = {name: dict(schema) for name, schema in schemas.items()}
        self.watches = tuple(sorted(watches))

    @property
    def names(self) -> tuple[str, ...]:
        """All skills, sorted."""
        return tuple(sorted(self._schemas))

    def schema(self, skill: str) -> Mapping[str, Any] | None:
        """Return the schema of a skill's arguments, or None for an unknown skill."""
        return self._schemas.get(skill)

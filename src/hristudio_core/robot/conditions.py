"""Conditions on the fields of a message that tell whether and how a skill has ended."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hristudio_core.expressions import Template
from hristudio_core.robot.fields import FieldPath


@dataclass(frozen=True)
class Equals:
    """The field has one of these values."""

    values: tuple[Template, ...]

    def holds(self, value: Any, variables: Mapping[str, Any]) -> bool:
        """Tell whether the value is one of them."""
        return any(_same(value, expected.render(variables)) for expected in self.values)


@dataclass(frozen=True)
class Near:
    """The field is a number within a distance of another."""

    target: Template
    within: float

    def holds(self, value: Any, variables: Mapping[str, Any]) -> bool:
        """Tell whether the number is near enough."""
        return bool(abs(float(value) - float(self.target.render(variables))) <= self.within)


@dataclass(frozen=True)
class Conditions:
    """Fields and what is asked of each; all must hold, and none at all holds always."""

    tests: tuple[tuple[FieldPath, Equals | Near], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tests)

    def hold(self, message: Any, variables: Mapping[str, Any]) -> bool:
        """Tell whether the message meets all of them.

        Raises:
            FieldError: The message has no such field.
        """
        return all(test.holds(path.read(message), variables) for path, test in self.tests)


def _same(value: Any, expected: Any) -> bool:
    # What travelled as float32 is not what it was as float64.
    if isinstance(value, float) and isinstance(expected, int | float) and not isinstance(expected, bool):
        return math.isclose(value, expected, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(value, bytes) and len(value) == 1:
        return bool(value[0] == expected)
    return bool(value == expected)

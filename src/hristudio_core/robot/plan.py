"""From a goal of skills/execute to what is sent to the robot."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hristudio_core.document import suggestion
from hristudio_core.expressions import ExpressionError, Template
from hristudio_core.robot.errors import Code, RefusedError
from hristudio_core.robot.limits import ArgumentCheck, check_values
from hristudio_core.robot.profile import ByTopic, Profile, Skill

MAX_REPETITION_S = 3600.0
# What a template may use besides the skill's arguments.
_CONSTANTS: Mapping[str, Any] = {"pi": math.pi}
BUILT_IN = frozenset({"goal_id", "stamp", "robot", "namespace", *_CONSTANTS})


@dataclass(frozen=True)
class Plan:
    """One checked call of a skill.

    Attributes:
        arguments: As they were given, with defaults.
        variables: What templates and conditions may use.
        values: The message, request or goal to send.
        duration_s: How long it is repeated; 0 when it is sent once.
        last: The message that ends a repetition.
        cancel: The message that makes the robot leave off, if there is one.
    """

    skill: Skill
    arguments: Mapping[str, Any]
    variables: Mapping[str, Any]
    values: Any
    duration_s: float = 0.0
    last: Any = None
    cancel: Any = None

    @property
    def arguments_json(self) -> str:
        """Give the arguments as canonical JSON."""
        return json.dumps(self.arguments, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Planner:
    """Makes plans for the skills of one profile."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._checks = {name: ArgumentCheck(skill) for name, skill in profile.skills.items()}

    def plan(self, skill_name: str, arguments: str, built_in: Mapping[str, Any]) -> Plan:
        """Check a call and work out what to send.

        Args:
            skill_name: Name of the skill.
            arguments: JSON object.
            built_in: Values of `goal_id`, `stamp`, `robot` and `namespace`.

        Raises:
            RefusedError: With the code and detail that the caller gets.
        """
        skill = self.profile.skills.get(skill_name)
        if skill is None:
            hint = suggestion(skill_name, self.profile.skills)
            said = f"{self.profile.name} has no skill {skill_name!r}"
            raise RefusedError(Code.UNKNOWN_SKILL, f"{said} ({hint})" if hint else said)
        given = self._checks[skill_name].read(arguments)
        meant = {one.name: one.meanings for one in skill.arguments if one.meanings}
        values = {name: meant[name][value] if name in meant else value for name, value in given.items()}
        try:
            plan = self._render(skill, given, {**values, **_CONSTANTS, **built_in})
        except ExpressionError as error:
            raise RefusedError(Code.ARGUMENTS, f"what is sent cannot be computed: {error}") from error
        check_values(self.profile.limits, skill.call.interface.name, plan.values)
        return plan

    def _render(self, skill: Skill, given: Mapping[str, Any], variables: Mapping[str, Any]) -> Plan:
        call = skill.call
        values = call.sent.render(variables)
        if not isinstance(call, ByTopic):
            return Plan(skill, given, variables, values)
        cancel = call.cancel.render(variables) if call.cancel else None
        if not call.repetition:
            return Plan(skill, given, variables, values, cancel=cancel)
        last = call.repetition.last.render(variables)
        return Plan(
            skill, given, variables, values, _duration(call.repetition.duration_s, variables), last, cancel
        )


def _duration(template: Template, variables: Mapping[str, Any]) -> float:
    value = template.render(variables)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= MAX_REPETITION_S:
        raise RefusedError(Code.LIMIT, f"a duration of {value!r} s is not within 0 to {MAX_REPETITION_S:g} s")
    return float(value)

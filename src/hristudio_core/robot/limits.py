"""What a skill may be asked for. Nothing is clipped: out of range is refused."""

import json
import math
from collections.abc import Iterable
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from hristudio_core.document import suggestion
from hristudio_core.robot.errors import Code, RefusedError
from hristudio_core.robot.fields import FieldPath
from hristudio_core.robot.profile import Argument, Limit, Skill
from hristudio_core.robot.schema import arguments_schema

MAX_ARGUMENTS_BYTES = 64 * 1024
_LIMITS = frozenset({"minimum", "maximum", "maxLength"})


class ArgumentCheck:
    """Checks the arguments of one skill against the schema that pages are shown."""

    def __init__(self, skill: Skill) -> None:
        self._skill = skill
        self._validator = Draft202012Validator(arguments_schema(skill))

    def read(self, text: str) -> dict[str, Any]:
        """Read a JSON object of arguments, with defaults filled in.

        Raises:
            RefusedError: `arguments` when it makes no sense, `limit` when a value is out of range.
        """
        given = _read_json(text)
        errors = sorted(self._validator.iter_errors(given), key=lambda error: list(map(str, error.path)))
        if errors:
            all_limits = all(error.validator in _LIMITS for error in errors)
            detail = "; ".join(self._describe(error) for error in errors)
            raise RefusedError(Code.LIMIT if all_limits else Code.ARGUMENTS, detail)
        defaults = {one.name: one.default for one in self._skill.arguments if one.default is not None}
        types = {one.name: one for one in self._skill.arguments}
        return {name: _typed(types[name], value) for name, value in {**defaults, **given}.items()}

    def _describe(self, error: ValidationError) -> str:
        where = ".".join(map(str, error.path)) or self._skill.name
        if error.validator == "additionalProperties":
            known = [one.name for one in self._skill.arguments]
            extra = [name for name in error.instance if name not in known]
            hint = suggestion(extra[0], known)
            return f"no argument {', '.join(extra)}" + (f" ({hint})" if hint else "")
        unit = error.schema.get("unit", "") if isinstance(error.schema, dict) else ""
        return f"{where}: {error.message}" + (f" {unit}" if unit and error.validator in _LIMITS else "")


def _read_json(text: str) -> dict[str, Any]:
    if len(text) > MAX_ARGUMENTS_BYTES:
        raise RefusedError(Code.ARGUMENTS, f"arguments are longer than {MAX_ARGUMENTS_BYTES} characters")
    try:
        given = json.loads(text or "{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise RefusedError(Code.ARGUMENTS, f"arguments are no JSON: {error}") from error
    if not isinstance(given, dict):
        raise RefusedError(Code.ARGUMENTS, "arguments must be a JSON object")
    return given


def _refuse_constant(name: str) -> float:
    # NaN is neither above nor below any limit, so it would pass them all.
    raise ValueError(f"{name} is no number")


def _typed(argument: Argument, value: Any) -> Any:
    if argument.type == "number":
        return float(value)
    return int(value) if argument.type == "integer" else value


def check_values(limits: Iterable[Limit], interface: str, values: Any) -> None:
    """Check what is about to be sent on an interface against the profile's limits.

    Raises:
        RefusedError: `limit` when a field is out of its bounds.
    """
    for limit in limits:
        if limit.interface != interface:
            continue
        value = _look(values, limit.field)
        if value is None:
            continue
        if not isinstance(value, int | float) or not math.isfinite(value):
            raise RefusedError(Code.LIMIT, f"{interface} {limit.field}: {value!r} is no number")
        if not limit.minimum <= value <= limit.maximum:
            bounds = f"{limit.minimum:g} to {limit.maximum:g} {limit.unit}".rstrip()
            raise RefusedError(Code.LIMIT, f"{interface} {limit.field}: {value:g} is not within {bounds}")


def _look(values: Any, path: FieldPath) -> Any:
    """Follow a path into nested dicts and lists; None where it leads nowhere."""
    for step in path.steps:
        if not isinstance(values, dict) or step.name not in values:
            return None
        named = values.get(step.sibling)
        values = values[step.name]
        index = step.index
        if step.sibling:
            index = named.index(step.key) if isinstance(named, list) and step.key in named else -1
        if index is not None:
            values = values[index] if isinstance(values, list) and 0 <= index < len(values) else None
    return values

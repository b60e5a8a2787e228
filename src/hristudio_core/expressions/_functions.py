"""The functions of the language: few, without effects, each bounded."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hristudio_core.expressions._limits import bounded
from hristudio_core.expressions._operations import contains, is_number, kind_of
from hristudio_core.expressions.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?", re.ASCII)


@dataclass(frozen=True)
class Function:
    """A function with how it is written and what it gives; ``most`` is None for any number of arguments."""

    name: str
    usage: str
    meaning: str
    least: int
    most: int | None
    apply: Callable[..., Any]


def as_text(value: Any) -> str:
    """Write a value the way it appears inside a text: nothing for null, "2" for 2.0, items with commas."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)


def _number(value: Any) -> Any:
    if not is_number(value):
        raise ExpressionError(f"expected a number, got {kind_of(value)}")
    return bounded(value)  # a number that is none, or without end, has no floor and no sine


def _root(value: Any) -> float:
    if _number(value) < 0:
        raise ExpressionError(f"{kind_of(value)} is negative and has no square root")
    return math.sqrt(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ExpressionError(f"expected a text, got {kind_of(value)}")
    return value


def _length(value: Any) -> int:
    if not isinstance(value, (str, list, tuple, dict)):
        raise ExpressionError(f"{kind_of(value)} has no length")
    return len(value)


def _numbers(values: tuple[Any, ...]) -> list[Any]:
    items = values[0] if len(values) == 1 and isinstance(values[0], (list, tuple)) else values
    if not items:
        raise ExpressionError("an empty list has neither least nor greatest number")
    return [_number(item) for item in items]


def _round(value: Any, digits: Any = 0) -> Any:
    if not (is_number(digits) and 0 <= digits <= 10 and digits == int(digits)):
        raise ExpressionError(f"digits to round to are a whole number from 0 to 10, not {kind_of(digits)}")
    # Half away from zero as people do it, not half to even as Python does.
    scale = 10 ** int(digits)
    scaled = abs(_number(value)) * scale
    rounded = math.copysign(math.floor(bounded(scaled) + 0.5), value)
    return int(rounded) if digits == 0 else rounded / scale


def _to_number(value: Any) -> Any:
    if is_number(value):
        return value
    text = _text(value).strip().replace(",", ".")
    if not _NUMBER.fullmatch(text):
        raise ExpressionError(f"{kind_of(value)} is not a number")
    return bounded(float(text) if "." in text else int(text))


_ALL = (
    Function("len", "len(x)", "number of characters of a text, or of items of a list", 1, 1, _length),
    Function(
        "min",
        "min(a, b, ...)",
        "least of several numbers, or of a list of them",
        1,
        None,
        lambda *v: min(_numbers(v)),
    ),
    Function(
        "max",
        "max(a, b, ...)",
        "greatest of several numbers, or of a list of them",
        1,
        None,
        lambda *v: max(_numbers(v)),
    ),
    Function(
        "round",
        "round(x, digits)",
        "x to that many digits (0 when left out), halves away from zero",
        1,
        2,
        _round,
    ),
    Function(
        "floor", "floor(x)", "greatest whole number not above x", 1, 1, lambda v: math.floor(_number(v))
    ),
    Function("abs", "abs(x)", "x without its sign", 1, 1, lambda v: abs(_number(v))),
    Function("sqrt", "sqrt(x)", "square root of x", 1, 1, _root),
    Function("sin", "sin(x)", "sine of an angle in radians", 1, 1, lambda v: math.sin(_number(v))),
    Function("cos", "cos(x)", "cosine of an angle in radians", 1, 1, lambda v: math.cos(_number(v))),
    Function(
        "radians",
        "radians(x)",
        "an angle in radians, from degrees",
        1,
        1,
        lambda v: math.radians(_number(v)),
    ),
    Function(
        "degrees",
        "degrees(x)",
        "an angle in degrees, from radians",
        1,
        1,
        lambda v: math.degrees(_number(v)),
    ),
    Function("lower", "lower(text)", "the text in small letters", 1, 1, lambda v: bounded(_text(v).lower())),
    Function(
        "upper", "upper(text)", "the text in capital letters", 1, 1, lambda v: bounded(_text(v).upper())
    ),
    Function("trim", "trim(text)", "the text without blanks around it", 1, 1, lambda v: _text(v).strip()),
    Function("contains", "contains(x, part)", "whether the text or list x contains the part", 2, 2, contains),
    Function("number", "number(text)", "the number that the text is ('2.5' or '2,5')", 1, 1, _to_number),
    Function("text", "text(x)", "x written as a text", 1, 1, lambda v: bounded(as_text(v))),
    Function(
        "default",
        "default(x, y)",
        "x, or y when x is null (has no value yet)",
        2,
        2,
        lambda v, w: w if v is None else v,
    ),
)

FUNCTIONS: dict[str, Function] = {function.name: function for function in _ALL}

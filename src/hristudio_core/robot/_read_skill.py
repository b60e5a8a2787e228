"""Reads one skill of a profile."""

import re
from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator

from hristudio_core.expressions import RESERVED_WORDS
from hristudio_core.robot._read_call import read_call
from hristudio_core.robot.place import Place
from hristudio_core.robot.plan import BUILT_IN
from hristudio_core.robot.profile import Argument, ByService, ByTopic, OnPause, Skill, WhenBusy
from hristudio_core.robot.reader import Reader
from hristudio_core.robot.reading import Reading

MAX_TIMEOUT_S = 3600.0

_TYPES = ("string", "number", "integer", "boolean")
_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "boolean": (),
}


def read_skill(name: str, place: Place, reading: Reading) -> Skill | None:
    """Read a skill; None when it cannot be made sense of."""
    reader = Reader(place, reading)
    arguments = tuple(_read_argument(key, value, reading) for key, value in reader.mapping("arguments"))
    by = reader.get("by", required=True)
    call = read_call(Reader(by, reading)) if by else None
    skill = Skill(
        name=name,
        title=reader.text("title", name.replace("_", " ").capitalize()),
        arguments=arguments,
        call=call,  # type: ignore[arg-type] # None only where a problem keeps the skill from being used
        timeout_s=reader.number("timeout_s", None, above=0, most=MAX_TIMEOUT_S),
        on_pause=OnPause(reader.choice("on_pause", [one.value for one in OnPause], OnPause.FINISH.value)),
        when_busy=WhenBusy(
            reader.choice("when_busy", [one.value for one in WhenBusy], WhenBusy.REFUSE.value)
        ),
        resources=frozenset(reader.word(item) for item in reader.items("uses")),
        background=reader.boolean("background", fallback=True),
    )
    reader.done()
    if call is None or by is None:
        return None
    _check_names(skill, by, reading)
    _check_pause(skill, place, reading)
    return skill


def _read_argument(name: str, place: Place, reading: Reading) -> Argument:
    reader = Reader(place, reading)
    if name in BUILT_IN:
        taken = f"taken: {', '.join(sorted(BUILT_IN))}"
        reading.problem(place, f"'{name}' is a name of HRIStudio's own", taken)
    if name in RESERVED_WORDS:
        reading.problem(place, f"'{name}' is a word of the expressions", "take another name")
    kind = reader.choice("type", _TYPES, "string", required=True)
    schema: dict[str, Any] = {
        "type": kind,
        "title": reader.text("title", name.replace("_", " ").capitalize()),
    }
    for word in ("description", "unit"):
        if reader.has(word):
            schema[word] = reader.text(word)
    for bound in _BOUNDS[kind]:
        if reader.has(bound):
            schema[bound] = reader.number(bound, None)
            if bound.endswith("Length") or kind == "integer":
                schema[bound] = int(schema[bound])
    if reader.has("pattern"):
        schema["pattern"] = _read_pattern(reader)
    meanings = _read_choices(reader, schema)
    default = reader.get("default")
    if default is not None:
        schema["default"] = default.plain()
    _check_schema(schema, default, place, reading)
    required = reader.boolean("required", fallback=default is None)
    reader.done()
    return Argument(name, kind, required, schema, schema.get("default"), meanings)


def _read_pattern(reader: Reader) -> str:
    found = reader.text("pattern")
    try:
        re.compile(found)
    except re.error as error:
        where = reader.get("pattern") or reader.place
        reader.reading.problem(where, f"'{found}' is no regular expression: {error}")
        return ""
    return found


def _read_choices(reader: Reader, schema: dict[str, Any]) -> dict[str, Any]:
    """Read `enum`: a list, or a mapping from the word to what the robot is given for it."""
    found = reader.get("enum")
    if found is None:
        return {}
    plain = found.plain()
    if not isinstance(plain, list | dict) or not plain:
        reader.reading.expected("a list of values or a mapping from words to values", found)
        return {}
    schema["enum"] = list(plain)
    return plain if isinstance(plain, dict) else {}


def _check_schema(schema: dict[str, Any], default: Place | None, place: Place, reading: Reading) -> None:
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if low in schema and high in schema and schema[low] > schema[high]:
            reading.problem(
                place, f"{low} {schema[low]:g} is above {high} {schema[high]:g}: nothing is legal"
            )
    if default is not None:
        for error in Draft202012Validator(schema).iter_errors(default.plain()):
            reading.problem(default, f"the default is not legal: {error.message}")


def _check_names(skill: Skill, by: Place, reading: Reading) -> None:
    """Every name in a template must be an argument that always has a value."""
    arguments = {argument.name: argument for argument in skill.arguments}
    for use in reading.uses_in(by):
        argument = arguments.get(use.name)
        if argument is None and use.name not in BUILT_IN:
            hint = reading.suggest(use.name, {*arguments, *BUILT_IN})
            reading.problem(use.place, f"unknown argument '{use.name}' of '{skill.name}'", hint, use.offset)
        elif argument and not argument.required and argument.default is None:
            hint = "make the argument required or give a default"
            reading.problem(use.place, f"'{use.name}' may have no value", hint, use.offset)


def _check_pause(skill: Skill, place: Place, reading: Reading) -> None:
    if skill.on_pause is not OnPause.HOLD:
        return
    call = skill.call
    if isinstance(call, ByService) or (isinstance(call, ByTopic) and call.unconfirmed):
        said = "the skill cannot be held: there is no way to make it stand still"
        reading.problem(place, said, "on_pause: finish or cancel")
    elif isinstance(call, ByTopic) and not call.repetition and call.cancel is None:
        said = "the skill cannot be held without a cancel message"
        reading.problem(place, said, "on_pause: finish, or give cancel")

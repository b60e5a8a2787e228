"""Reads one skill of a profile."""

import keyword
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from hristudio_core.robot._read_call import read_call
from hristudio_core.robot.marked import Marked
from hristudio_core.robot.profile import Argument, ByService, ByTopic, Call, OnPause, Skill, WhenBusy
from hristudio_core.robot.reader import WORD, Problems, Reader

if TYPE_CHECKING:
    from hristudio_core.robot.template import Template

MAX_TIMEOUT_S = 3600.0
# What a template may use besides the skill's arguments.
BUILT_IN = frozenset({"goal_id", "stamp", "robot", "namespace"})

_TYPES = ("string", "number", "integer", "boolean")
_BOUNDS: Mapping[str, tuple[str, ...]] = {
    "string": ("minLength", "maxLength"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "boolean": (),
}


def read_skill(name: str, marked: Marked, problems: Problems) -> Skill | None:
    """Read a skill; None when it cannot be made sense of."""
    reader = Reader(marked, problems)
    arguments = tuple(_read_argument(key, value, problems) for key, value in reader.mapping("arguments"))
    by = reader.get("by", required=True)
    call = read_call(Reader(by, problems)) if by else None
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
        resources=frozenset(_read_words(reader, "uses")),
        background=reader.boolean("background", fallback=True),
    )
    reader.done()
    if call is None or by is None:
        return None
    _check_names(skill, by, problems)
    _check_pause(skill, marked, problems)
    return skill


def _read_words(reader: Reader, name: str) -> Iterator[str]:
    for item in reader.items(name):
        if isinstance(item.value, str) and WORD.fullmatch(item.value):
            yield item.value
        else:
            reader.problems.add(item, f"{item.value!r} must be lower case letters, digits and _")


def _read_argument(name: str, marked: Marked, problems: Problems) -> Argument:
    reader = Reader(marked, problems)
    if name in BUILT_IN:
        problems.add(marked, f"{name} is a name of HRIStudio's own", f"taken: {', '.join(sorted(BUILT_IN))}")
    if keyword.iskeyword(name):
        problems.add(marked, f"{name} is a reserved word, which no template can use", "take another name")
    kind = reader.choice("type", _TYPES, "string")
    if not reader.has("type"):
        problems.add(marked, "needs the field type")
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
    _check_schema(schema, default, marked, problems)
    required = reader.boolean("required", fallback=default is None)
    reader.done()
    return Argument(name, kind, required, schema, schema.get("default"), meanings)


def _read_pattern(reader: Reader) -> str:
    found = reader.text("pattern")
    try:
        re.compile(found)
    except re.error as error:
        reader.problems.add(reader.marked, f"pattern is no regular expression: {error}")
        return ""
    return found


def _read_choices(reader: Reader, schema: dict[str, Any]) -> dict[str, Any]:
    """Read `enum`: a list, or a mapping from the word to what the robot is given for it."""
    found = reader.get("enum")
    if found is None:
        return {}
    if isinstance(found.value, dict) and found.value:
        schema["enum"] = list(found.value)
        return {str(word): meaning for word, meaning in found.plain().items()}
    if isinstance(found.value, list) and found.value:
        schema["enum"] = found.plain()
        return {}
    reader.problems.add(found, "must be a list of values or a mapping from words to values")
    return {}


def _check_schema(schema: dict[str, Any], default: Marked | None, marked: Marked, problems: Problems) -> None:
    for low, high in (("minimum", "maximum"), ("minLength", "maxLength")):
        if low in schema and high in schema and schema[low] > schema[high]:
            problems.add(marked, f"{low} {schema[low]:g} is above {high} {schema[high]:g}: nothing is legal")
    if default is not None:
        for error in Draft202012Validator(schema).iter_errors(default.plain()):
            problems.add(default, f"the default is not legal: {error.message}")


def _check_names(skill: Skill, by: Marked, problems: Problems) -> None:
    """Every name in a template must be an argument that always has a value."""
    arguments = {argument.name: argument for argument in skill.arguments}
    for name in sorted(_names(skill.call) - BUILT_IN):
        argument = arguments.get(name)
        if argument is None:
            known = ", ".join(sorted({*arguments, *BUILT_IN}))
            problems.add(by, f"{{{{{name}}}}} is no argument of {skill.name}", f"known: {known}")
        elif not argument.required and argument.default is None:
            problems.add(
                by, f"{{{{{name}}}}} may have no value", "make the argument required or give a default"
            )


def _check_pause(skill: Skill, marked: Marked, problems: Problems) -> None:
    if skill.on_pause is not OnPause.HOLD:
        return
    call = skill.call
    if isinstance(call, ByService) or (isinstance(call, ByTopic) and call.unconfirmed):
        problems.add(
            marked, "cannot be held: there is no way to make it stand still", "on_pause: finish or cancel"
        )
    elif isinstance(call, ByTopic) and not call.repetition and call.cancel is None:
        problems.add(marked, "cannot be held without a cancel message", "on_pause: finish, or give cancel")


def _names(call: Call) -> frozenset[str]:
    if isinstance(call, ByService):
        return call.request.names | call.report.success.names
    if not isinstance(call, ByTopic):
        return call.goal.names | call.report.success.names | _progress_names(call.progress)
    templates: list[Template] = [call.message]
    names: frozenset[str] = frozenset()
    if call.cancel:
        templates.append(call.cancel)
    if call.repetition:
        templates += [call.repetition.duration_s, call.repetition.last]
    if call.completion:
        done = call.completion
        names = (
            done.match.names | done.failed.names | done.report.success.names | _progress_names(done.progress)
        )
    return names.union(*(template.names for template in templates))


def _progress_names(progress: Any) -> frozenset[str]:
    return progress.start.names | progress.end.names if progress else frozenset()

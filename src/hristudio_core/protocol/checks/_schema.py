"""The few keywords of JSON Schema that robot profiles use, checked on the marked document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Node, Scalar, Sequence, kind

if TYPE_CHECKING:
    from collections.abc import Mapping as AbstractMapping

    from hristudio_core.protocol.reader import Reader

    Schema = AbstractMapping[str, Any]

_NOUNS = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


def check_schema(
    node: Node, schema: Schema, reader: Reader, path: str, name: str, *, at: Node | None = None
) -> None:
    """Tell where a value does not fit; what a placeholder will give cannot be known.

    Args:
        node: the value.
        schema: what it must fulfil.
        reader: takes the problems.
        path: where the value is.
        name: the skill or argument that it belongs to.
        at: where to tell about what is missing in it, the value itself when left out.
    """
    if node.faulty:
        return
    if isinstance(node, Scalar) and isinstance(node.value, str) and "{{" in node.text:
        text = node.text.strip()
        alone = text == node.text and text.startswith("{{") and text.endswith("}}") and text.count("{{") == 1
        if alone or "string" in _types(schema) or not _types(schema):
            return
    if isinstance(node, Scalar) and node.value is None and "object" in _types(schema):
        node = Mapping(node.line, node.column)
    wanted = _types(schema)
    if wanted and not any(_is(node, one) for one in wanted):
        listed = " or ".join(_NOUNS.get(one, one) for one in wanted)
        hint = "put it in quotes" if "string" in wanted and isinstance(node, Scalar) else ""
        reader.problem(node, f"'{name}' must be {listed}, not {kind(node)}", path=path, hint=hint)
        return
    if isinstance(node, Scalar):
        _check_scalar(node, schema, reader, path, name)
    elif isinstance(node, Mapping):
        _check_mapping(node, schema, reader, path, name)
        for key in schema.get("required", ()):
            if key not in node.entries:
                reader.problem(at or node, f"argument '{key}' of '{name}' is missing", path=path)
    elif isinstance(node, Sequence) and isinstance(schema.get("items"), dict):
        for i, item in enumerate(node.items):
            check_schema(item, schema["items"], reader, f"{path}[{i}]", name)


def _types(schema: Schema) -> tuple[str, ...]:
    types = schema.get("type", ())
    return (types,) if isinstance(types, str) else tuple(types)


def _is(node: Node, wanted: str) -> bool:
    if isinstance(node, Mapping):
        return wanted == "object"
    if isinstance(node, Sequence):
        return wanted == "array"
    assert isinstance(node, Scalar)  # noqa: S101  there is no other
    value = node.value
    if value is None:
        return wanted == "null"
    if isinstance(value, bool):
        return wanted == "boolean"
    if isinstance(value, str):
        return wanted == "string"
    return wanted == "number" or (wanted == "integer" and float(value).is_integer())


def _check_scalar(node: Scalar, schema: Schema, reader: Reader, path: str, name: str) -> None:
    value = node.value
    choices = schema.get("enum")
    if choices is not None and value not in choices:
        listed = ", ".join(str(choice) for choice in choices[:12])
        hint = reader.guess(node.text, [str(choice) for choice in choices]) or f"possible: {listed}"
        reader.problem(node, f"'{name}' cannot be '{node.text[:60]}'", path=path, hint=hint)
    size = value
    unit = ""
    low, high = schema.get("minimum"), schema.get("maximum")
    if isinstance(value, str):
        low, high, size, unit = (
            schema.get("minLength"),
            schema.get("maxLength"),
            len(value),
            " characters long",
        )
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        return
    if low is not None and size < low:
        reader.problem(node, f"'{name}' must be at least {low:g}{unit}, not {size:g}", path=path)
    if high is not None and size > high:
        reader.problem(node, f"'{name}' must be at most {high:g}{unit}, not {size:g}", path=path)


def _check_mapping(node: Mapping, schema: Schema, reader: Reader, path: str, name: str) -> None:
    known = schema.get("properties", {})
    others = schema.get("additionalProperties")
    for key, entry in node.entries.items():
        inner = f"{path}.{key}"
        if key in known:
            check_schema(entry.value, known[key], reader, inner, key)
        elif isinstance(others, dict):
            check_schema(entry.value, others, reader, inner, key)
        elif others is False:
            hint = reader.guess(key, known)
            if not hint:
                hint = f"it has {', '.join(list(known)[:12])}" if known else "it has none"
            reader.problem(entry.key, f"unknown argument '{key}' of '{name}'", path=inner, hint=hint)

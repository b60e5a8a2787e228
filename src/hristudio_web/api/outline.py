"""An OpenAPI document as a page shows it: operations by tag, with what goes in and comes out."""

from collections import defaultdict
from typing import Any

import msgspec
from msgspec import Struct

NAME = "#/components/schemas/"


class Field(Struct, frozen=True):
    """One value of a query, a body or an answer."""

    name: str
    kind: str
    required: bool
    words: str = ""


class Operation(Struct, frozen=True):
    """One method of one path."""

    id: str
    method: str
    path: str
    summary: str
    words: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: str


class Chapter(Struct, frozen=True):
    """The operations of one tag, in the order of their paths."""

    name: str
    operations: tuple[Operation, ...]


class Outline(Struct, frozen=True):
    """The whole API; ``models`` are the objects that answers name."""

    title: str
    words: str
    chapters: tuple[Chapter, ...]
    models: dict[str, tuple[Field, ...]]


def outline(document: dict[str, Any]) -> Outline:
    """Read a document."""
    chapters: dict[str, list[Operation]] = defaultdict(list)
    schemas = document["components"]["schemas"]
    for path, methods in sorted(document["paths"].items()):
        for method, given in sorted(methods.items()):
            tag = (given["tags"] or ["other"])[0]
            chapters[tag].append(_operation(method, path, given, schemas))
    return Outline(
        title=document["info"]["title"],
        words=document["info"].get("description", ""),
        chapters=tuple(Chapter(name, tuple(found)) for name, found in sorted(chapters.items())),
        models={name: _fields(schema) for name, schema in sorted(schemas.items())},
    )


def _operation(method: str, path: str, given: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    body = given.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    good: list[dict[str, Any]] = [found for status, found in given["responses"].items() if status < "300"]
    answers: list[dict[str, Any]] = list(good[0].get("content", {}).values()) if good else []
    answer: dict[str, Any] = answers[0]["schema"] if answers else {}
    return Operation(
        id=given["operationId"],
        method=method.upper(),
        path=path,
        summary=given["summary"],
        words=given["description"],
        parameters=tuple(
            Field(value["name"], kind_of(value["schema"]), value["required"], value["description"])
            for value in given["parameters"]
        ),
        body=_fields(_resolved(body, schemas)),
        answer=kind_of(answer) if answer else "",
    )


def _fields(schema: dict[str, Any]) -> tuple[Field, ...]:
    required = set(schema.get("required", ()))
    return tuple(
        Field(name, kind_of(value), name in required, value.get("description", ""))
        for name, value in schema.get("properties", {}).items()
    )


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").removeprefix(NAME)
    found: dict[str, Any] = schemas.get(name, schema)
    return found


def kind_of(schema: dict[str, Any]) -> str:
    """Say in few words what values a schema takes."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(NAME)
    if "enum" in schema:
        return " or ".join(msgspec.json.encode(value).decode() for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(kind_of(part) for part in schema["anyOf"])
    kind = str(schema.get("type", "any value"))
    if kind == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    return f"{kind}{_bounds(schema)}"


def _bounds(schema: dict[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f", {low} to {high}"
    if low is not None:
        return f", at least {low}"
    if high is not None:
        return f", at most {high}"
    longest = schema.get("maxLength")
    return f", at most {longest} characters" if longest is not None else ""

"""Named queries: `-- name: NAME` begins one in `sql/queries/NOUN.sql`."""

import re
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from typing_extensions import LiteralString

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def load(noun: str) -> "MappingProxyType[str, LiteralString]":
    """Read the queries about one noun, by name."""
    text = files("hristudio_core.store").joinpath("sql", "queries", f"{noun}.sql").read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    queries = {name: query.strip().rstrip(";") for name, query in zip(parts[::2], parts[1::2], strict=True)}
    # The text is part of the program, which is what psycopg asks of a LiteralString.
    return MappingProxyType({name: cast("LiteralString", query) for name, query in queries.items()})

"""Whether the release before can go on with the schema that a migration makes.

None of our migrations can be undone: what one does to data is lost. So an upgrade can be taken back without
a backup only if all of its migrations add: tables, columns that need no value, indexes. Whatever is not
known to be so counts as not so.
"""

import re
from pathlib import Path

from msgspec import Struct

_UP = re.compile(r"^-- migrate:up.*?$(.*?)(?=^-- migrate:down|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_BODY = re.compile(r"\$(\w*)\$.*?\$\1\$|'(?:[^']|'')*'", re.DOTALL)
_CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\S+)", re.IGNORECASE)
_ON = re.compile(r"(?:ALTER TABLE (?:IF EXISTS )?(?:ONLY )?|\bON )(\S+)", re.IGNORECASE)
_ADDS = re.compile(
    r"(?:SET|COMMENT|GRANT|INSERT INTO|CREATE (?:OR REPLACE )?(?:TABLE|INDEX|FUNCTION|VIEW|TYPE|SEQUENCE))\b"
    r"|ALTER TABLE \S+ (?:VALIDATE CONSTRAINT|ENABLE)\b"
    r"|ALTER TABLE \S+ ALTER (?:COLUMN )?\S+ (?:SET DEFAULT|DROP NOT NULL)\b",
    re.IGNORECASE,
)
_ADDS_COLUMN = re.compile(
    r"ALTER TABLE \S+ ADD (?:COLUMN )?(?!CONSTRAINT\b|PRIMARY\b|UNIQUE\b|CHECK\b)", re.IGNORECASE
)
_AND_MORE = re.compile(r", (?:ADD CONSTRAINT|ALTER|DROP|RENAME)\b", re.IGNORECASE)
_LONGEST = 90


class Pending(Struct, frozen=True):
    """A migration that waits; ``breaks``: the statements with which the release before may not go on."""

    version: str
    name: str
    breaks: tuple[str, ...] = ()

    @property
    def expands(self) -> bool:
        """Whether the release before can go on with the schema that it makes."""
        return not self.breaks


def read_migration(file: Path) -> Pending:
    """Read a migration's file."""
    version, _, name = file.stem.partition("_")
    return Pending(version, name, tuple(breaking(file.read_text(encoding="utf-8"))))


def breaking(text: str) -> list[str]:
    """List the statements of a migration that do not only add, shortened."""
    found = _UP.search(text)
    up = _BODY.sub("''", _COMMENT.sub("", found[1] if found else text))
    statements = [" ".join(statement.split()) for statement in up.split(";")]
    made = {name.lower() for statement in statements for name in _CREATED.findall(statement)}
    return [
        statement if len(statement) <= _LONGEST else f"{statement[:_LONGEST]} ..."
        for statement in statements
        if statement and not _only_adds(statement, made)
    ]


def _only_adds(statement: str, made: set[str]) -> bool:
    on = _ON.search(statement)
    if on and on[1].lower() in made:
        # What happens to a table of the same migration is nothing to those who do not know it.
        return True
    if re.match(r"CREATE UNIQUE INDEX", statement, re.IGNORECASE):
        return False
    if _ADDS_COLUMN.match(statement):
        if _AND_MORE.search(statement):
            return False
        return not ("NOT NULL" in statement.upper() and "DEFAULT" not in statement.upper())
    return bool(_ADDS.match(statement))

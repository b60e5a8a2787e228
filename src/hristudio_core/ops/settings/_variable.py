"""How a variable is declared: once, as a field of its group."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit, urlunsplit

Value = TypeVar("Value")
Value_co = TypeVar("Value_co", covariant=True)

MASK = "********"
FILE_ENDING = "_FILE"


@dataclass(frozen=True)
class Kind(Generic[Value_co]):
    """What a variable may hold: its name for people, and how its text is read.

    `read` raises ValueError with a sentence that says what would be right.
    """

    name: str
    read: Callable[[str], Value_co]


@dataclass(frozen=True)
class Variable:
    """An environment variable: its name, what it means, how it is read."""

    name: str
    kind: Kind[Any]
    meaning: str
    secret: bool = False
    shown_default: str = ""

    @property
    def file_name(self) -> str:
        """The variable that names a file with the value instead; for secrets alone."""
        return self.name + FILE_ENDING if self.secret else ""

    def masked(self, value: object) -> str:
        """Give a value fit for logs and reports."""
        text = _plain(value)
        return _mask(text) if self.secret and text else text


def variable(
    name: str,
    default: Value,
    kind: Kind[Value],
    meaning: str,
    *,
    secret: bool = False,
    shown_default: str = "",
) -> Value:
    """Declare a variable as the default of a dataclass's field."""
    described = Variable(name, kind, meaning, secret, shown_default or _plain(default))
    declared: Value = field(default=default, metadata={"variable": described})
    return declared


def variables_of(group: object) -> Iterator[tuple[str, Variable]]:
    """Give the variables of a group by the names of their fields."""
    for item in fields(group):  # type: ignore[arg-type]  # a dataclass or an instance of one
        if "variable" in item.metadata:
            yield item.name, item.metadata["variable"]


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if value is None:
        return ""
    # Enumerations of strings say their word.
    return str(getattr(value, "value", value))


def _mask(text: str) -> str:
    """Hide a secret; of a URL only the password, so that its host can still be seen."""
    parts = urlsplit(text)
    if not parts.netloc:
        return MASK
    # libpq takes a password behind the question mark, too.
    parts = parts._replace(query=re.sub(r"(?<![^&])(password|sslpassword)=[^&]*", rf"\1={MASK}", parts.query))
    if not parts.password:
        # A key may stand where the user does, as in a Sentry address.
        user, at, address = parts.netloc.rpartition("@")
        return urlunsplit(parts._replace(netloc=f"{MASK}@{address}") if user and at else parts)
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username or ''}:{MASK}@{address}"))

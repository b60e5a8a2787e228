"""What the environment says, read once at start into one frozen object."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.share import CHECKOUT, is_checkout

Value = TypeVar("Value")

MASK = "********"
LEVELS = ("debug", "info", "warn", "error")
# Domains above 101 collide with Linux's ephemeral ports.
LAST_DOMAIN = 101
LAST_PORT = 65535


@dataclass(frozen=True)
class Variable:
    """An environment variable: its name, what it means, how it is read."""

    name: str
    meaning: str
    read: Callable[[str], Any]
    secret: bool = False


def _variable(
    name: str, default: Value, meaning: str, read: Callable[[str], Value], *, secret: bool = False
) -> Value:
    described: Value = field(default=default, metadata={"variable": Variable(name, meaning, read, secret)})
    return described


def port_number(text: str) -> int:
    """Read a port.

    Raises:
        ValueError: It is none.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_PORT):
        raise ValueError(f"a port is a number from 0 (any free one) to {LAST_PORT}")
    return int(text)


def _domain(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= LAST_DOMAIN):
        raise ValueError(f"a ROS domain is a number from 0 to {LAST_DOMAIN}")
    return int(text)


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError("a folder is given by its absolute path")
    return path


def _level(text: str) -> str:
    if text.lower() not in LEVELS:
        raise ValueError(f"a level is one of {', '.join(LEVELS)}")
    return text.lower()


def _postgres(text: str) -> str:
    if urlsplit(text).scheme not in {"postgres", "postgresql"}:
        raise ValueError("a database is given as postgresql://USER:PASSWORD@HOST:PORT/NAME")
    return text


@dataclass(frozen=True)
class Settings:
    """Everything that the environment decides; see `describe` for the meanings."""

    data: Path = _variable(  # noqa: RUF009 - a field, as dataclasses.field gives it
        "HRISTUDIO_DATA", Path("/"), "Folder of journals, secrets, logs, database", _folder
    )
    database_url: str = _variable(
        "DATABASE_URL",
        "",
        "PostgreSQL to use; unset: one of our own in the data folder",
        _postgres,
        secret=True,
    )
    database_url_unpooled: str = _variable(
        "DATABASE_URL_UNPOOLED", "", "The same past a connection pool, for migrations", _postgres, secret=True
    )
    web_host: str = _variable("HRISTUDIO_WEB_HOST", "127.0.0.1", "Address the dashboard listens on", str)
    web_port: int = _variable(
        "HRISTUDIO_WEB_PORT", 8000, "Port of the dashboard; 0: any free one", port_number
    )
    bridge_host: str = _variable("HRISTUDIO_BRIDGE_HOST", "127.0.0.1", "Address the bridge listens on", str)
    bridge_port: int = _variable(
        "HRISTUDIO_BRIDGE_PORT", 9090, "Port of the bridge; 0: any free one", port_number
    )
    log_level: str = _variable("HRISTUDIO_LOG_LEVEL", "info", "Least level that is logged", _level)
    domain: int = _variable("ROS_DOMAIN_ID", 0, "ROS domain that the nodes meet in", _domain)

    @property
    def folder(self) -> DataFolder:
        """Give the data folder."""
        return DataFolder(self.data)

    def masked(self) -> dict[str, str]:
        """Give each variable with its value, secrets hidden: fit for logs and reports."""
        return {
            variable.name: _mask(str(getattr(self, name))) if variable.secret else str(getattr(self, name))
            for name, variable in variables().items()
        }


def variables() -> dict[str, Variable]:
    """Give the variables by the name of their field in `Settings`."""
    return {item.name: item.metadata["variable"] for item in dataclasses.fields(Settings)}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings; an empty variable counts as unset.

    Raises:
        SettingsInvalidError: With every variable that cannot be used, not only the first.
    """
    values: dict[str, Any] = {"data": _default_data(environment)}
    problems: list[str] = []
    for name, variable in variables().items():
        text = environment.get(variable.name, "")
        if not text:
            continue
        try:
            values[name] = variable.read(text)
        except ValueError as error:
            shown = MASK if variable.secret else repr(text)
            problems.append(f"{variable.name}={shown}: {error}")
    if problems:
        raise SettingsInvalidError(problems)
    return Settings(**values)


def _default_data(environment: Mapping[str, str]) -> Path:
    """Take the checkout's own folder, as `make run` does; installed, follow the XDG specification."""
    if is_checkout():
        return CHECKOUT / ".hristudio"
    home = Path(environment.get("HOME", "/"))
    base = Path(environment.get("XDG_DATA_HOME", ""))
    return (base if base.is_absolute() else home / ".local" / "share") / "hristudio"


def _mask(url: str) -> str:
    """Hide the password of a URL."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    address = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{MASK}@{address}"))

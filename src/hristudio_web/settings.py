"""All settings of the web process, read once at start.

An environment variable wins over the file, the file over the defaults here.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from hristudio_web.errors import InvalidSettings

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MEMORY = "memory:"
"""As the bridge's address: a pretended robot in memory instead of a bridge."""


class RobotSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One robot that this dashboard serves."""

    namespace: str = ""
    title: str = "Robot"

    @property
    def id(self) -> str:
        """How the robot is called in addresses."""
        return self.namespace.strip("/").replace("/", "-") or "default"

    def name(self, relative: str) -> str:
        """Full ROS name of a topic, service or action in the robot's namespace."""
        namespace = self.namespace.strip("/")
        return f"/{namespace}/{relative}" if namespace else f"/{relative}"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of the web process."""

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    """Address that browsers use, when it is not the one listened on (behind a proxy)."""
    trusted_proxies: int = 0
    """How many proxies in front set X-Forwarded-* headers."""
    threads: int = 400
    """A browser with a live page holds one."""
    bridge_url: str = "ws://127.0.0.1:9090"
    database_url: str = ""
    """libpq URL of PostgreSQL; `memory:` keeps accounts and trials in memory, for work on pages only."""
    data: Path = Path("~/.local/share/hristudio")
    protocols: tuple[Path, ...] = (Path("config/protocols"),)
    """Folders of protocol files, besides the one in the data folder."""
    robots: tuple[RobotSettings, ...] = (RobotSettings(),)

    @property
    def https(self) -> bool:
        """Whether browsers come by https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def web_key(self) -> Path:
        """File of the key that signs cookies."""
        return self.data / "secrets" / "web.key"

    @property
    def bridge_key(self) -> Path:
        """File of the key that signs tickets for the bridge."""
        return self.data / "secrets" / "bridge.key"

    @property
    def protocol_folders(self) -> tuple[Path, ...]:
        """Where protocols are looked for, the first one winning."""
        return (self.data / "protocols", *self.protocols)


VARIABLES = {
    "HRISTUDIO_WEB_HOST": "host",
    "HRISTUDIO_WEB_PORT": "port",
    "HRISTUDIO_WEB_THREADS": "threads",
    "HRISTUDIO_PUBLIC_URL": "public_url",
    "HRISTUDIO_TRUSTED_PROXIES": "trusted_proxies",
    "HRISTUDIO_BRIDGE_URL": "bridge_url",
    "HRISTUDIO_DATA": "data",
    "DATABASE_URL": "database_url",
}
"""Environment variables and the settings they set; besides, HRISTUDIO_ROBOTS lists namespaces with
commas, and HRISTUDIO_PROTOCOLS folders as PATH does."""


def read_settings(environment: Mapping[str, str], file: Path | None) -> Settings:
    """Read the settings.

    Raises:
        InvalidSettings: the file or a value cannot be used; says where and why.
    """
    values = _read_file(file) if file else {}
    for variable, field in VARIABLES.items():
        if environment.get(variable):
            values[field] = environment[variable]
    if environment.get("HRISTUDIO_PROTOCOLS"):
        values["protocols"] = environment["HRISTUDIO_PROTOCOLS"].split(os.pathsep)
    if "HRISTUDIO_ROBOTS" in environment:
        values["robots"] = [_robot(name) for name in environment["HRISTUDIO_ROBOTS"].split(",")]
    if "data" not in values and environment.get("XDG_DATA_HOME"):
        values["data"] = str(Path(environment["XDG_DATA_HOME"]) / "hristudio")
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise InvalidSettings(f"{file or 'environment'}: {error}") from error
    return msgspec.structs.replace(settings, data=settings.data.expanduser())


def _read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InvalidSettings(f"{file}: {error}") from error


def _robot(namespace: str) -> dict[str, str]:
    bare = namespace.strip().strip("/")
    return {"namespace": bare, "title": bare or "Robot"}


def _decode(kind: type, value: Any) -> Any:
    if issubclass(kind, Path) and isinstance(value, str):
        return Path(value)
    raise msgspec.ValidationError(f"expected {kind.__name__}")

"""The dashboard."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import (
    PATHS,
    PORT,
    SOCKET_ADDRESS,
    TEXT,
    WEB_ADDRESS,
    one_of,
    real,
    whole,
)
from hristudio_core.ops.settings._variable import Kind, variable
from hristudio_core.ops.settings.database import MEMORY

LEAST_SECRET = 32
__all__ = ["MEMORY", "RobotSettings", "SecondFactorPolicy", "WebSettings"]


class SecondFactorPolicy(str, enum.Enum):
    """Of whom a second factor is asked before anything else opens."""

    NOBODY = "nobody"
    ADMINISTRATORS = "administrators"
    EVERYBODY = "everybody"


@dataclass(frozen=True)
class RobotSettings:
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

    def __str__(self) -> str:
        return self.namespace if self.title in {self.namespace, "Robot"} else f"{self.namespace}={self.title}"


def _robots(text: str) -> tuple[RobotSettings, ...]:
    return tuple(_robot(item) for item in text.split(","))


def _robot(text: str) -> RobotSettings:
    namespace, _, title = text.partition("=")
    bare = namespace.strip().strip("/")
    return RobotSettings(bare, title.strip() or bare or "Robot")


def _secret(text: str) -> str:
    if len(text) < LEAST_SECRET:
        raise ValueError(f"at least {LEAST_SECRET} characters, such as `openssl rand -hex 32` prints")
    return text


SECRET = Kind("text", _secret)


@dataclass(frozen=True)
class WebSettings:
    """Web: the dashboard and its API."""

    host: str = variable("HRISTUDIO_WEB_HOST", "127.0.0.1", TEXT, "Address the dashboard listens on")
    port: int = variable("HRISTUDIO_WEB_PORT", 8000, PORT, "Port of the dashboard; 0: any free one")
    public_url: str = variable(
        "HRISTUDIO_PUBLIC_URL",
        "",
        WEB_ADDRESS,
        "Address that browsers use, when it is not the one listened on (behind a proxy)",
    )
    trusted_proxies: int = variable(
        "HRISTUDIO_TRUSTED_PROXIES", 0, whole(0, 10), "How many proxies in front set X-Forwarded-* headers"
    )
    workers: int = variable(
        "HRISTUDIO_WEB_WORKERS", 1, whole(1, 64), "Processes that `hristudio web` starts, on following ports"
    )
    threads: int = variable(
        "HRISTUDIO_WEB_THREADS",
        400,
        whole(4, 10000),
        "Threads of a process; a browser with a live page holds one",
    )
    drain_s: float = variable(
        "HRISTUDIO_WEB_DRAIN",
        8.0,
        real(0.0, 600.0, "seconds"),
        "When told to end: how long requests may finish and proxies may notice",
    )
    session_idle_s: float = variable(
        "HRISTUDIO_SESSION_IDLE",
        7200.0,
        real(60.0, 43200.0, "seconds"),
        "How long a signed-in browser may do nothing before it is signed out; a live page does something",
    )
    second_factor: SecondFactorPolicy = variable(
        "HRISTUDIO_SECOND_FACTOR",
        SecondFactorPolicy.NOBODY,
        one_of(SecondFactorPolicy),
        "Of whom a second factor is asked; the others may add one",
    )
    secret_key: str = variable(
        "HRISTUDIO_SECRET_KEY",
        "",
        SECRET,
        "Signs cookies; the same in all processes; unset: made once in the data folder",
        secret=True,
    )
    personal_key: str = variable(
        "HRISTUDIO_PERSONAL_KEY",
        "",
        SECRET,
        "Opens participants' personal data, which are lost without it; the same in all processes; "
        "unset: made once in the data folder",
        secret=True,
    )
    robots: tuple[RobotSettings, ...] = variable(
        "HRISTUDIO_ROBOTS",
        (RobotSettings(),),
        Kind("list", _robots),
        "Namespaces of the robots served, with commas; `lab/nao=Nao` gives a title, too",
        shown_default="one without namespace",
    )
    protocols: tuple[Path, ...] = variable(
        "HRISTUDIO_PROTOCOLS",
        (),
        PATHS,
        "Folders of protocol files, besides `protocols/` of the data folder",
        shown_default="those that ship",
    )
    bridge_url: str = variable(
        "HRISTUDIO_BRIDGE_URL",
        "ws://127.0.0.1:9090",
        SOCKET_ADDRESS,
        "The bridge on the robot host, as the dashboard reaches it; wss:// across a network",
    )

    @property
    def https(self) -> bool:
        """Whether browsers come by https."""
        return urlsplit(self.public_url).scheme == "https"

    def problems(self) -> Iterator[Problem]:
        """Find what does not fit together."""
        if self.https and not self.trusted_proxies:
            yield Problem(
                "HRISTUDIO_TRUSTED_PROXIES",
                "0",
                "HRISTUDIO_PUBLIC_URL is https, which only a proxy in front can serve",
                "set it to the number of proxies, mostly 1",
            )

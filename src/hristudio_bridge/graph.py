"""The ROS graph as the bridge needs it: serialised messages in, serialised messages out.

Everything happens on the event loop's thread; no call blocks, no callback may raise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

Cdr = bytes
OnSample = Callable[[Cdr, int], None]
OnIncompatible = Callable[[bool], None]
OnRequest = Callable[[Cdr, Callable[[Cdr], None]], None]


@dataclass(frozen=True, slots=True)
class Quality:
    """Quality of service of a topic; `lifespan_s` counts for publishers only, 0 is for ever."""

    reliable: bool = True
    latched: bool = False
    depth: int = 100
    lifespan_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Somebody who publishes or subscribes a topic."""

    node: str
    type: str
    quality: Quality


class Closable(Protocol):
    """Something that is held until it is closed; closing twice does no harm."""

    def close(self) -> None:
        """Let it go."""


class MatchedClosable(Closable, Protocol):
    """A subscription."""

    def matched(self) -> int:
        """Count the publishers it hears."""


class Publication(Closable, Protocol):
    """A topic that the bridge publishes."""

    def publish(self, message: Cdr) -> None:
        """Send one message."""


class Client(Closable, Protocol):
    """A service that the bridge calls."""

    def ready(self) -> bool:
        """Tell whether a server is there."""

    def call(self, request: Cdr, on_reply: Callable[[Cdr], None]) -> Callable[[], None]:
        """Send a request; the returned function forgets it, after which no reply comes."""


class Graph(Protocol):
    """Publishes, subscribes, calls and serves. Names are absolute, types generated classes."""

    def now(self) -> tuple[int, int]:
        """Give ROS time in seconds and nanoseconds."""

    def subscribe(
        self,
        topic: str,
        message: type[Any],
        quality: Quality,
        on_sample: OnSample,
        on_incompatible: OnIncompatible,
    ) -> MatchedClosable:
        """Receive samples with their source stamps in ns.

        A publisher that offers less than the quality asks for is told of: with True when it is not latched,
        with False when it is not reliable.
        """

    def advertise(self, topic: str, message: type[Any], quality: Quality) -> Publication:
        """Announce a topic."""

    def client(self, service: str, interface: type[Any]) -> Client:
        """Prepare to call a service."""

    def serve(self, service: str, interface: type[Any], on_request: OnRequest) -> Closable:
        """Answer a service; a request comes with the function that takes its response at any later time."""


class Census(Protocol):
    """Who is in the graph. Hidden names are included; a type is `pkg/kind/Name`."""

    def topics(self) -> dict[str, list[str]]:
        """Name every topic with its types."""

    def services(self) -> dict[str, list[str]]:
        """Name every service that somebody offers, with its types."""

    def nodes(self) -> list[str]:
        """Name every node, absolute."""

    def publishers(self, topic: str) -> list[Endpoint]:
        """Name who publishes a topic."""

    def subscribers(self, topic: str) -> list[Endpoint]:
        """Name who subscribes a topic."""

    def node_topics(self, node: str) -> tuple[list[str], list[str]]:
        """Name the topics a node subscribes, and those it publishes."""

    def node_services(self, node: str) -> dict[str, list[str]]:
        """Name the services a node offers, with their types."""

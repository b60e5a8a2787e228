"""The ports of `graph` without ROS: for tests, and for whoever embeds the bridge elsewhere.

It keeps the promises that the bridge relies on: latched history, incompatible quality, services that
come and go, replies at any later time. Everything is delivered by the event loop, in order.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from hristudio_bridge.graph import Cdr, Endpoint, OnIncompatible, OnRequest, OnSample, Quality
from hristudio_bridge.interfaces import full_name

NODE = "/memory"


class MemoryGraph:
    """Implements `Graph` and `Census` within one event loop."""

    def __init__(self) -> None:
        self._subscriptions: list[_Subscription] = []
        self._publications: list[_Publication] = []
        self._servers: list[_Server] = []
        self._stamps = count(time.time_ns())

    def now(self) -> tuple[int, int]:
        """Give the wall clock."""
        return divmod(time.time_ns(), 1_000_000_000)

    def subscribe(
        self,
        topic: str,
        message: type[Any],
        quality: Quality,
        on_sample: OnSample,
        on_incompatible: OnIncompatible,
    ) -> "_Subscription":
        """Receive the samples of a topic."""
        made = _Subscription(
            self._publications, topic, message, quality, on_sample=on_sample, on_incompatible=on_incompatible
        )
        self._enlist(self._subscriptions, made)
        for publication in self._publications:
            made.meet(publication)
        return made

    def advertise(self, topic: str, message: type[Any], quality: Quality) -> "_Publication":
        """Announce a topic."""
        made = _Publication(self._subscriptions, self._stamps, topic, message, quality)
        self._enlist(self._publications, made)
        for subscription in self._subscriptions:
            subscription.meet(made)
        return made

    def client(self, service: str, interface: type[Any]) -> "_Client":
        """Prepare to call a service."""
        return _Client(self._servers, service, interface)

    def serve(self, service: str, interface: type[Any], on_request: OnRequest) -> "_Server":
        """Answer a service."""
        return self._enlist(self._servers, _Server(service, interface, on_request))

    def topics(self) -> dict[str, list[str]]:
        """Name every topic with its types."""
        return _types((end.topic, end.message) for end in (*self._publications, *self._subscriptions))

    def services(self) -> dict[str, list[str]]:
        """Name every service with its types."""
        return _types((server.service, server.interface) for server in self._servers)

    def nodes(self) -> list[str]:
        """Name the one node."""
        return [NODE]

    def publishers(self, topic: str) -> list[Endpoint]:
        """Name who publishes a topic."""
        return _endpoints(topic, self._publications)

    def subscribers(self, topic: str) -> list[Endpoint]:
        """Name who subscribes a topic."""
        return _endpoints(topic, self._subscriptions)

    def node_topics(self, node: str) -> tuple[list[str], list[str]]:
        """Name the topics a node subscribes, and those it publishes."""
        if node != NODE:
            return [], []
        return sorted({end.topic for end in self._subscriptions}), sorted(
            {end.topic for end in self._publications}
        )

    def node_services(self, node: str) -> dict[str, list[str]]:
        """Name the services a node offers, with their types."""
        return self.services() if node == NODE else {}

    @staticmethod
    def _enlist(members: list[Any], made: Any) -> Any:
        members.append(made)
        made.on_close = lambda: members.remove(made)
        return made


class _Member:
    topic: str
    message: type[Any]

    def __init__(self) -> None:
        self.closed = False
        self.on_close: Callable[[], None] = lambda: None

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.on_close()


class _Subscription(_Member):
    def __init__(
        self,
        publications: "list[_Publication]",
        topic: str,
        message: type[Any],
        quality: Quality,
        *,
        on_sample: OnSample,
        on_incompatible: OnIncompatible,
    ) -> None:
        super().__init__()
        self.topic, self.message, self.quality = topic, message, quality
        self._publications = publications
        self._on_sample, self._on_incompatible = on_sample, on_incompatible

    def hears(self, publication: "_Publication") -> bool:
        offered = publication.quality
        return (
            (self.topic, self.message) == (publication.topic, publication.message)
            and (offered.latched or not self.quality.latched)
            and (offered.reliable or not self.quality.reliable)
        )

    def meet(self, publication: "_Publication") -> None:
        if (self.topic, self.message) != (publication.topic, publication.message):
            return
        if self.hears(publication):
            for raw, stamp in publication.history if self.quality.latched else ():
                self.take(raw, stamp)
            return
        durability = self.quality.latched and not publication.quality.latched
        asyncio.get_running_loop().call_soon(self._tell, durability)

    def take(self, raw: Cdr, stamp: int) -> None:
        asyncio.get_running_loop().call_soon(self._deliver, raw, stamp)

    def matched(self) -> int:
        return sum(map(self.hears, self._publications))

    def _deliver(self, raw: Cdr, stamp: int) -> None:
        if not self.closed:
            self._on_sample(raw, stamp)

    def _tell(self, durability: bool) -> None:
        if not self.closed:
            self._on_incompatible(durability)


class _Publication(_Member):
    def __init__(
        self,
        subscriptions: list[_Subscription],
        stamps: "count[int]",
        topic: str,
        message: type[Any],
        quality: Quality,
    ) -> None:
        super().__init__()
        self.topic, self.message, self.quality = topic, message, quality
        self._subscriptions, self._stamps = subscriptions, stamps
        self._history: deque[tuple[Cdr, int, float]] = deque(maxlen=quality.depth if quality.latched else 0)

    @property
    def history(self) -> list[tuple[Cdr, int]]:
        span = self.quality.lifespan_s
        return [
            (raw, stamp) for raw, stamp, then in self._history if not span or time.monotonic() - then < span
        ]

    def publish(self, message: Cdr) -> None:
        if self.closed:
            return
        stamp = next(self._stamps)
        self._history.append((message, stamp, time.monotonic()))
        for subscription in self._subscriptions:
            if subscription.hears(self):
                subscription.take(message, stamp)


class _Client(_Member):
    def __init__(self, servers: "list[_Server]", service: str, interface: type[Any]) -> None:
        super().__init__()
        self._servers, self._service, self._interface = servers, service, interface

    def _server(self) -> "_Server | None":
        wanted = (self._service, self._interface)
        return next(
            (server for server in self._servers if (server.service, server.interface) == wanted), None
        )

    def ready(self) -> bool:
        return not self.closed and self._server() is not None

    def call(self, request: Cdr, on_reply: Callable[[Cdr], None]) -> Callable[[], None]:
        waiting = [on_reply]
        loop = asyncio.get_running_loop()

        def reply(response: Cdr) -> None:
            if waiting and not self.closed:
                loop.call_soon(waiting.pop(), response)

        server = self._server()
        if server is not None:
            loop.call_soon(server.take, request, reply)
        return waiting.clear


class _Server(_Member):
    def __init__(self, service: str, interface: type[Any], on_request: OnRequest) -> None:
        super().__init__()
        self.service, self.interface = service, interface
        self._on_request = on_request

    def take(self, request: Cdr, reply: Callable[[Cdr], None]) -> None:
        if not self.closed:
            self._on_request(request, lambda response: None if self.closed else reply(response))


def _types(named: Iterable[tuple[str, type[Any]]]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for name, interface in named:
        found.setdefault(name, set()).add(full_name(interface))
    return {name: sorted(types) for name, types in found.items()}


def _endpoints(topic: str, ends: Iterable[Any]) -> list[Endpoint]:
    return [Endpoint(NODE, full_name(end.message), end.quality) for end in ends if end.topic == topic]

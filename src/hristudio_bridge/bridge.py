"""What all sessions share."""

import asyncio
import itertools
import logging
from typing import Any, Protocol

from hristudio_bridge.access import Identity, Policy, TokenCheck
from hristudio_bridge.calls import ActionPool, ServicePool
from hristudio_bridge.graph import Census, Closable, Graph
from hristudio_bridge.interfaces import Interfaces
from hristudio_bridge.metrics import Metrics
from hristudio_bridge.outbox import Outbox
from hristudio_bridge.rosapi import Builtin, Builtins, Inquiry
from hristudio_bridge.settings import Settings
from hristudio_bridge.topics import TopicBook
from hristudio_telemetry import OFF, Traces


class Client(Protocol):
    """What the shared parts know of a session."""

    peer: str
    identity: Identity
    connected_ns: int
    holdings: dict[tuple[str, ...], Closable]
    outbox: Outbox

    def status(self, level: str, text: str) -> None:
        """Send a status message."""

    def tick(self, now: float) -> None:
        """Once a second: drop what was not finished in time."""

    def end(self, code: int, reason: str) -> None:
        """Close the connection from this side."""

    def close(self) -> None:
        """Let go of everything; the connection is gone."""


class Bridge:
    """Holds the shared parts; made once, by the composition root.

    `tokens` is None when nobody has to sign in.
    """

    def __init__(
        self,
        settings: Settings,
        namespace: str,
        graph: Graph,
        census: Census,
        *,
        policy: Policy,
        tokens: TokenCheck | None,
        log: logging.Logger,
        traces: Traces = OFF,
    ) -> None:
        self.traces = traces
        self.settings, self.namespace, self.policy, self.tokens, self.log = (
            settings,
            namespace,
            policy,
            tokens,
            log,
        )
        self.graph, self.census = graph, census
        self.metrics = Metrics()
        self.interfaces = Interfaces()
        self.topics = TopicBook(graph, census, self.interfaces, settings)
        self.services = ServicePool(graph, census, self.interfaces, settings)
        self.actions = ActionPool(graph, self.services, self.interfaces)
        self.sessions: set[Client] = set()
        self._builtins = Builtins(namespace)
        self._numbers = itertools.count(1)
        self._kept: set[asyncio.Task[Any]] = set()

    def next_number(self) -> int:
        """Give a number that was not given before."""
        return next(self._numbers)

    def builtin(self, service: str) -> Builtin | None:
        """Find a service that the bridge answers itself."""
        return self._builtins.find(service)

    def inquiry(self, role: str) -> Inquiry:
        """Give what such a service answers from, within the rights of a role."""
        return Inquiry(
            role=role,
            namespace=self.namespace,
            policy=self.policy,
            graph=self.graph,
            census=self.census,
            interfaces=self.interfaces,
            services=self.services,
            own=self._builtins.types(),
        )

    def audit(self, session: Client, text: str) -> None:
        """Note who was refused what."""
        identity = session.identity
        self.log.warning(
            "audit: %s as %s (%s): %s", session.peer, identity.subject, identity.role or "no role", text
        )

    def take_over(self, key: tuple[str, ...], owner: Client) -> None:
        """Close what another session holds under a name that can have one owner only."""
        for session in self.sessions - {owner}:
            held = session.holdings.pop(key, None)
            if held is not None:
                held.close()
                self.audit(owner, f"{key[0]} {key[1]} taken over from {session.peer}")
                session.status("warning", f"{key[0]} {key[1]} was taken over by another client")

    def keep(self, task: "asyncio.Task[Any] | None") -> None:
        """Let a task end by itself, whatever becomes of its session."""
        if task is not None:
            self._kept.add(task)
            task.add_done_callback(self._kept.discard)

    def tick(self) -> None:
        """Once a second: let every part drop what has had its time."""
        now = asyncio.get_running_loop().time()
        for session in tuple(self.sessions):
            session.tick(now)
        self.services.expire(now)
        self.actions.expire(now)

    def close(self) -> None:
        """Let go of everything in the ROS graph."""
        for task in tuple(self._kept):
            task.cancel()
        self.topics.close()
        self.actions.close()
        self.services.close()

"""Calls of ROS services over clients that are made once and kept.

A call ends in exactly one way: a reply, no server within the discovery timeout, a server that went
away meanwhile, or its own timeout. Whoever gave it up hears nothing more.
"""

import asyncio
from dataclasses import dataclass

from hristudio_bridge.errors import Absent, PeerError, TimedOut, Vanished
from hristudio_bridge.graph import Census, Client, Graph
from hristudio_bridge.interfaces import Interfaces, ServiceType
from hristudio_bridge.settings import Settings

# how often an absent server is looked for, and whether one that works on a call is still there
SEARCH_S = 0.005
WATCH_S = 0.5
# a server may vanish from discovery for a moment while it is replaced
GRACE_S = 1.0
# how much longer a server that the graph names may take to be met
MEETING_S = 5.0
# how long after its own start the bridge may not know the graph yet
WARM_UP_S = 4.0
IDLE_S = 120.0
# A ROS server holds 10 requests (rmw's default for services) and drops what comes on top, so fewer are
# under way; the others wait here.
UNDER_WAY = 8


@dataclass(eq=False, slots=True)
class _Pooled:
    client: Client
    used: float
    slots: asyncio.Semaphore
    busy: int = 0


class ServicePool:
    """Keeps one ROS client for every service that was called lately."""

    def __init__(self, graph: Graph, census: Census, interfaces: Interfaces, settings: Settings) -> None:
        self.settings = settings
        self._graph, self._census, self._interfaces = graph, census, interfaces
        self._clients: dict[tuple[str, str], _Pooled] = {}
        self._started = asyncio.get_running_loop().time()

    async def type_of(self, service: str, type_name: str | None) -> ServiceType:
        """Find the type of a service, waiting for discovery when it must be asked of the graph.

        Raises:
            Absent: nobody offers the service.
            UnknownType: its type is not installed.
        """
        if type_name:
            return self._interfaces.service(type_name)
        for name, kind in self._clients:
            if name == service:
                return self._interfaces.service(kind)
        deadline = self.deadline()
        while not (types := self._census.services().get(service)):
            if asyncio.get_running_loop().time() > deadline:
                raise Absent(f"service {service} does not exist")
            await asyncio.sleep(SEARCH_S * 4)
        return self._interfaces.service(types[0])

    async def call(
        self, service: str, kind: ServiceType, request: bytes, timeout: float, taken_after: float = 0.0
    ) -> bytes:
        """Call a service and give its serialised response; a timeout of 0 is none.

        A server that answers late by design is taken to have received the request `taken_after` seconds
        later, so that it holds up no other call.

        Raises:
            Absent, TimedOut, Vanished: it did not answer.
        """
        pooled = self._client(service, kind)
        pooled.busy += 1
        try:
            if not pooled.client.ready():
                await self._appear(service, pooled.client)
            await pooled.slots.acquire()
            with _Slot(pooled.slots, taken_after):
                return await self._exchange(service, pooled.client, request, timeout)
        except Absent:
            if pooled.busy == 1:
                self.forget(service, kind)
            raise
        finally:
            pooled.busy -= 1
            pooled.used = asyncio.get_running_loop().time()

    def deadline(self) -> float:
        """Tell until when a server that is not there yet is looked for."""
        return max(
            asyncio.get_running_loop().time() + self.settings.discovery_timeout, self._started + WARM_UP_S
        )

    def known(self, service: str) -> bool:
        """Tell whether the graph names a service."""
        return service in self._census.services()

    def client(self, service: str, kind: ServiceType) -> Client:
        """Give the kept client of a service, made when there is none."""
        return self._client(service, kind).client

    def forget(self, service: str, kind: ServiceType) -> None:
        """Close the client of a service that is not there: names called at random must not fill the graph."""
        pooled = self._clients.pop((service, kind.name), None)
        if pooled is not None:
            pooled.client.close()

    def expire(self, now: float) -> None:
        """Close the clients that nobody used for a while."""
        for key, pooled in tuple(self._clients.items()):
            if not pooled.busy and now - pooled.used > IDLE_S:
                pooled.client.close()
                del self._clients[key]

    def close(self) -> None:
        """Close every client."""
        for pooled in self._clients.values():
            pooled.client.close()
        self._clients.clear()

    def _client(self, service: str, kind: ServiceType) -> _Pooled:
        key = (service, kind.name)
        pooled = self._clients.get(key)
        if pooled is None:
            client = self._graph.client(service, kind.interface)
            pooled = self._clients[key] = _Pooled(
                client, asyncio.get_running_loop().time(), asyncio.Semaphore(UNDER_WAY)
            )
        return pooled

    async def _appear(self, service: str, client: Client) -> None:
        loop = asyncio.get_running_loop()
        deadline = self.deadline()
        pause = SEARCH_S / 8
        while not client.ready():
            # one that the graph names is there, and only takes longer to be met
            if loop.time() > deadline and (loop.time() > deadline + MEETING_S or not self.known(service)):
                raise Absent(f"service {service} does not exist")
            await asyncio.sleep(pause)
            pause = min(2 * pause, SEARCH_S)

    async def _exchange(self, service: str, client: Client, request: bytes, timeout: float) -> bytes:
        loop = asyncio.get_running_loop()
        reply: asyncio.Future[bytes] = loop.create_future()
        forget = client.call(request, lambda response: None if reply.done() else reply.set_result(response))
        watch = _Watch(service, client, reply, timeout)
        try:
            return await reply
        finally:
            forget()
            watch.close()


class _Slot:
    """Gives its place back when left, or a while after it was entered; once."""

    def __init__(self, slots: asyncio.Semaphore, taken_after: float) -> None:
        self._slots: asyncio.Semaphore | None = slots
        self._timer = asyncio.get_running_loop().call_later(taken_after, self._free) if taken_after else None

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._free()

    def _free(self) -> None:
        if self._slots is not None:
            self._slots.release()
            self._slots = None


class _Watch:
    """Fails a call whose time is up or whose server is gone."""

    def __init__(self, service: str, client: Client, reply: asyncio.Future[bytes], timeout: float) -> None:
        self._service, self._client, self._reply = service, client, reply
        self._loop = asyncio.get_running_loop()
        self._timeout = timeout
        self._deadline = self._loop.time() + timeout if timeout > 0 else float("inf")
        self._missing_since = float("inf")
        self._timer = self._loop.call_later(min(WATCH_S, timeout or WATCH_S), self._look)

    def close(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        now = self._loop.time()
        self._missing_since = float("inf") if self._client.ready() else min(self._missing_since, now)
        if now >= self._deadline - 0.001:
            self._fail(TimedOut(f"service {self._service} did not answer within {self._timeout:g} s"))
        elif now - self._missing_since > GRACE_S:
            self._fail(Vanished(f"service {self._service} went away during the call"))
        else:
            self._timer = self._loop.call_later(min(WATCH_S, self._deadline - now), self._look)

    def _fail(self, error: PeerError) -> None:
        if not self._reply.done():
            self._reply.set_exception(error)

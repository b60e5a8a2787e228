"""A gateway to a graph in memory: for tests, and for working on pages without a robot."""

import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeAlias

from hristudio_web.errors import CallFailed, LinkDown
from hristudio_web.gateway._pending import Pending
from hristudio_web.gateway._topics import Topics
from hristudio_web.gateway.port import GoalResult, Link, LinkListener, Listener, Message, Stop

Service: TypeAlias = Callable[[Message], Message]
Action: TypeAlias = Callable[[Message, Listener], Message]
SUCCEEDED = 4
ABSENT = "there is no such service"


class MemoryGraph:
    """Topics, services and actions of a pretended robot. Messages are kept as a latched topic keeps them."""

    def __init__(self) -> None:
        self.services: dict[str, Service] = {}
        self.actions: dict[str, Action] = {}
        self.upstream: list[str] = []
        """Every subscription a gateway has made here, in order."""
        self._newest: dict[str, Message] = {}
        self._listeners: list[tuple[str, Listener]] = []
        self._lock = threading.RLock()

    def publish(self, topic: str, message: Message) -> None:
        """Send a message to all who listen, and to whoever listens later."""
        with self._lock:
            self._newest[topic] = message
            for name, listener in tuple(self._listeners):
                if name == topic:
                    listener(message)

    def listen(self, topic: str, listener: Listener) -> None:
        """Listen; the newest message comes at once."""
        with self._lock:
            self.upstream.append(topic)
            self._listeners.append((topic, listener))
            if topic in self._newest:
                listener(self._newest[topic])

    def leave(self, topic: str, listener: Listener) -> None:
        """Listen no more."""
        with self._lock:
            self._listeners = [entry for entry in self._listeners if entry != (topic, listener)]


class MemoryGateway:
    """A connection to a graph in memory that can be cut and mended."""

    def __init__(self, graph: MemoryGraph) -> None:
        self._graph = graph
        self._topics = Topics()
        self._upstream: dict[str, Listener] = {}
        self._calls: Pending[Message] = Pending("call")
        self._goals: Pending[GoalResult] = Pending("goal")
        self._link = Link(up=False, detail="not connected yet")
        self._link_listeners: list[LinkListener] = []
        self._lock = threading.RLock()
        self._deliveries = ThreadPoolExecutor(1, "memory-gateway")
        self._workers = ThreadPoolExecutor(8, "memory-service")

    @property
    def link(self) -> Link:
        """The state of the connection now."""
        return self._link

    def start(self) -> None:
        """Connect."""
        self.mend()

    def close(self) -> None:
        """Disconnect for good. Pending calls fail."""
        self.cut("closed")
        self._deliveries.shutdown(wait=False, cancel_futures=True)
        self._workers.shutdown(wait=False, cancel_futures=True)

    def cut(self, detail: str = "cut") -> None:
        """Lose the connection."""
        with self._lock:
            for topic in tuple(self._upstream):
                self._graph.leave(topic, self._upstream.pop(topic))
            self._set_link(Link(up=False, detail=detail))
        self._calls.fail_all(lambda _: LinkDown(detail))
        self._goals.fail_all(lambda _: LinkDown(detail))

    def mend(self) -> None:
        """Connect again; what was subscribed to is subscribed to again."""
        with self._lock:
            self._set_link(Link(up=True))
            for topic, _ in self._topics.wanted():
                self._listen(topic)

    def watch_link(self, listener: LinkListener) -> None:
        """Tell a listener of every change of the link, beginning with its state now."""
        with self._lock:
            self._link_listeners.append(listener)
            listener(self._link)

    def subscribe(self, topic: str, kind: str, listener: Listener) -> Stop:
        """Listen to a topic; one subscription upstream, however many listen."""
        self._topics.add(topic, kind, listener, lambda: self._listen(topic))
        return lambda: self._topics.remove(topic, listener, lambda: self._leave(topic))

    def call(self, service: str, kind: str, arguments: Message) -> Future[Message]:  # noqa: ARG002 - see above
        """Call a service."""
        key, future = self._calls.open(service)
        if self._refuse(key, self._calls):
            return future
        handler = self._graph.services.get(service)
        if handler is None:
            self._calls.fail(key, lambda name: CallFailed(name, ABSENT))
            return future
        self._work(key, self._calls, lambda: handler(arguments))
        return future

    def send_goal(self, action: str, kind: str, goal: Message, feedback: Listener) -> Future[GoalResult]:  # noqa: ARG002
        """Send an action goal; it goes on when this connection is cut."""
        key, future = self._goals.open(action)
        if self._refuse(key, self._goals):
            return future
        handler = self._graph.actions.get(action)
        if handler is None:
            self._goals.fail(key, lambda name: CallFailed(name, "there is no such action"))
            return future

        def tell(message: Message) -> None:
            if not future.done():
                feedback(message)

        self._work(key, self._goals, lambda: GoalResult(SUCCEEDED, handler(goal, tell)))
        return future

    def _work(self, key: str, pending: Pending[Any], job: Callable[[], Any]) -> None:
        def work() -> None:
            try:
                pending.answer(key, job())
            except Exception as error:  # noqa: BLE001 - the edge of a worker: the caller gets it
                words = str(error)
                pending.fail(key, lambda name: CallFailed(name, words))

        self._workers.submit(work)

    def _refuse(self, key: str, pending: Pending[Any]) -> bool:
        link = self._link
        if not link.up:
            pending.fail(key, lambda _: LinkDown(link.detail))
        return not link.up

    def _listen(self, topic: str) -> None:
        with self._lock:
            if not self._link.up or topic in self._upstream:
                return

            def listener(message: Message) -> None:
                with contextlib.suppress(RuntimeError):  # the gateway is closed
                    self._deliveries.submit(self._topics.deliver, topic, message)

            self._upstream[topic] = listener
            self._graph.listen(topic, listener)

    def _leave(self, topic: str) -> None:
        with self._lock:
            listener = self._upstream.pop(topic, None)
            if listener is not None:
                self._graph.leave(topic, listener)

    def _set_link(self, link: Link) -> None:
        self._link = link
        for listener in tuple(self._link_listeners):
            listener(link)

"""Who listens to what: one subscription upstream for each topic."""

import threading
from collections.abc import Callable

import structlog
from msgspec import Struct

from hristudio_web.gateway.port import Listener, Message

log = structlog.get_logger(__name__)


class Topic(Struct):
    """A topic somebody listens to, with its newest message for whoever comes later."""

    name: str
    kind: str
    listeners: list[Listener]
    newest: Message | None = None


class Topics:
    """The topics of one gateway. Thread-safe."""

    def __init__(self) -> None:
        self._topics: dict[str, Topic] = {}
        self._lock = threading.RLock()

    def add(self, name: str, kind: str, listener: Listener, first: Callable[[], object]) -> None:
        """Add a listener; ``first`` is called when the topic is new here.

        A later listener gets the newest message at once: whoever publishes it latched
        has sent it to this connection already and will not send it again.
        """
        with self._lock:
            topic = self._topics.get(name)
            if topic is None:
                self._topics[name] = Topic(name, kind, [listener])
                first()
                return
            topic.listeners.append(listener)
            if topic.newest is not None:
                listener(topic.newest)

    def remove(self, name: str, listener: Listener, last: Callable[[], object]) -> None:
        """Remove a listener; ``last`` is called when nobody listens to the topic any more."""
        with self._lock:
            topic = self._topics.get(name)
            if topic is None or listener not in topic.listeners:
                return
            topic.listeners.remove(listener)
            if not topic.listeners:
                del self._topics[name]
                last()

    def deliver(self, name: str, message: Message) -> None:
        """Hand a message to all who listen."""
        with self._lock:
            topic = self._topics.get(name)
            if topic is None:
                return
            topic.newest = message
            for listener in tuple(topic.listeners):
                try:
                    listener(message)
                except Exception:
                    # The edge to somebody else's code: the other listeners must hear all the same.
                    log.exception("a listener failed", topic=name)

    def wanted(self) -> list[tuple[str, str]]:
        """Name and type of every topic somebody listens to."""
        with self._lock:
            return [(topic.name, topic.kind) for topic in self._topics.values()]

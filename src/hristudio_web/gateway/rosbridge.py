"""A gateway over the rosbridge v2.0 websocket protocol.

One thread connects, reads and connects again. Whatever waits for an answer when the
connection ends fails at once and says so: nothing is sent twice behind the caller's back,
because a decision that may have arrived must not be made again by a machine.
"""

import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import cbor2
import orjson
import structlog
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from hristudio_telemetry import OFF, Kind, Span, Traces
from hristudio_web.errors import CallFailed, LinkDown
from hristudio_web.gateway._pending import Pending
from hristudio_web.gateway._topics import Topics
from hristudio_web.gateway.port import GoalResult, Link, LinkListener, Listener, Message, Stop

OPEN_S = 3.0
PING_S = 1.0
"""Asked and waited for this long: a bridge that hangs is noticed within two of these."""
BACKOFF_S = (0.1, 0.2, 0.4, 0.8, 1.5)
LARGEST_FRAME = 16 * 2**20
log = structlog.get_logger(__name__)


class RosbridgeGateway:
    """Speaks rosbridge with the bridge at ``url``; ``token`` signs in on each connection.

    With ``every_ms`` it carries pictures: each topic at most once in so many ms, as CBOR, the
    newest only; the bridge drops what comes in between.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], str],
        *,
        name: str = "web",
        every_ms: int = 0,
        traces: Traces = OFF,
    ) -> None:
        self._traces = traces
        self._url = url
        self._every_ms = every_ms
        self._token = token
        self._name = name
        self._topics = Topics()
        self._calls: Pending[Message] = Pending("call")
        self._goals: Pending[GoalResult] = Pending("goal")
        self._feedback: dict[str, Listener] = {}
        self._link = Link(up=False, detail="not connected yet")
        self._link_listeners: list[LinkListener] = []
        self._connection: ClientConnection | None = None
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"gateway-{name}", daemon=True)

    @property
    def link(self) -> Link:
        """The state of the connection now."""
        return self._link

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Disconnect for good. Pending calls fail."""
        self._closing.set()
        connection = self._connection
        if connection is not None:
            connection.close()
        if self._thread.is_alive():
            self._thread.join(OPEN_S + PING_S)

    def watch_link(self, listener: LinkListener) -> None:
        """Tell a listener of every change of the link, beginning with its state now."""
        with self._lock:
            self._link_listeners.append(listener)
            listener(self._link)

    def subscribe(self, topic: str, kind: str, listener: Listener) -> Stop:
        """Listen to a topic; one subscription upstream, however many listen."""
        self._topics.add(topic, kind, listener, lambda: self._try_send(self._subscription(topic, kind)))

        def stop() -> None:
            self._topics.remove(
                topic, listener, lambda: self._try_send({"op": "unsubscribe", "id": topic, "topic": topic})
            )

        return stop

    def call(self, service: str, kind: str, arguments: Message) -> Future[Message]:
        """Call a service."""
        key, future = self._calls.open(service)
        request = {"op": "call_service", "id": key, "service": service, "type": kind, "args": arguments}
        self._follow(request, future, service)
        self._send_or_fail(request, key, self._calls)
        return future

    def send_goal(self, action: str, kind: str, goal: Message, feedback: Listener) -> Future[GoalResult]:
        """Send an action goal that lives on when this connection ends."""
        key, future = self._goals.open(action)
        self._feedback[key] = feedback
        future.add_done_callback(lambda _: self._feedback.pop(key, None))
        request = {
            "op": "send_action_goal",
            "id": key,
            "action": action,
            "action_type": kind,
            "args": goal,
            "feedback": True,
            "cancel_on_disconnect": False,
        }
        self._follow(request, future, action)
        self._send_or_fail(request, key, self._goals)
        return future

    def _follow(self, request: dict[str, Any], future: "Future[Any]", asked: str) -> None:
        """Log how long an answer takes; have the request say what asked for it, which the bridge hands on."""
        began_ns = time.monotonic_ns()
        future.add_done_callback(lambda done: _log_answer(asked, began_ns, done))
        if self._traces.on:
            values = {"rpc.system": "rosbridge", "rpc.method": asked}
            span = self._traces.begin(request["op"], Kind.CLIENT, values)
            request["traceparent"] = span.traceparent
            future.add_done_callback(lambda done: _end(span, done))

    def _send_or_fail(self, request: dict[str, Any], key: str, pending: Pending[Any]) -> None:
        if not self._try_send(request):
            detail = self._link.detail
            pending.fail(key, lambda _: LinkDown(detail))

    def _subscription(self, topic: str, kind: str) -> dict[str, Any]:
        request: dict[str, Any] = {"op": "subscribe", "id": topic, "topic": topic, "type": kind}
        if self._every_ms:
            request |= {"compression": "cbor", "throttle_rate": self._every_ms, "queue_length": 1}
        return request

    def _try_send(self, request: dict[str, Any]) -> bool:
        connection = self._connection
        if connection is None:
            return False
        try:
            connection.send(orjson.dumps(request), text=True)
        except (OSError, WebSocketException):
            # The reading thread sees the same end and reports it.
            return False
        return True

    def _run(self) -> None:
        attempt = 0
        while not self._closing.is_set():
            detail = self._serve()
            attempt = 0 if self._link.up else attempt + 1
            self._lose(detail)
            pause = BACKOFF_S[min(attempt, len(BACKOFF_S) - 1)]
            # Jitter: many web servers must not knock in step.
            self._closing.wait(pause * random.uniform(0.7, 1.3))  # noqa: S311 - no secret

    def _lose(self, detail: str) -> None:
        self._set_link(Link(up=False, detail=detail))
        self._calls.fail_all(lambda _: LinkDown(detail))
        self._goals.fail_all(lambda _: LinkDown(detail))

    def _serve(self) -> str:
        """Connect, read until the end, say why it ended."""
        try:
            token = self._token()
            connection = connect(
                self._url,
                additional_headers={"Authorization": f"Bearer {token}"},
                user_agent_header=f"hristudio-{self._name}",
                open_timeout=OPEN_S,
                ping_interval=PING_S,
                ping_timeout=PING_S,
                close_timeout=PING_S,
                max_size=LARGEST_FRAME,
                compression=None,
                proxy=None,
            )
        except InvalidStatus as error:
            return f"the bridge refused the connection (HTTP {error.response.status_code})"
        except (OSError, WebSocketException) as error:
            return str(error) or type(error).__name__
        with connection:
            return self._read(connection)

    def _read(self, connection: ClientConnection) -> str:
        self._connection = connection
        try:
            self._set_link(Link(up=True))
            for topic, kind in self._topics.wanted():
                self._try_send(self._subscription(topic, kind))
            for frame in connection:
                self._handle(frame)
        except (OSError, WebSocketException) as error:
            return str(error) or "the connection broke"
        finally:
            self._connection = None
        return f"the bridge closed the connection ({connection.close_reason or connection.close_code})"

    def _handle(self, frame: str | bytes) -> None:
        try:
            message = orjson.loads(frame) if isinstance(frame, str) else cbor2.loads(frame)
            handler = _HANDLERS.get(message["op"])
            if handler is not None:
                handler(self, message)
        except Exception:
            # The edge of the reading thread: one bad frame or listener must not cut the rest off.
            log.exception("cannot handle a frame of the bridge", frame=frame[:200])

    def _on_publish(self, message: dict[str, Any]) -> None:
        self._topics.deliver(message["topic"], message["msg"])

    def _on_service_response(self, message: dict[str, Any]) -> None:
        key, values = message.get("id", ""), message.get("values", {})
        if message.get("result", True):
            self._calls.answer(key, values)
        else:
            self._calls.fail(key, lambda service: CallFailed(service, _words(values)))

    def _on_action_feedback(self, message: dict[str, Any]) -> None:
        listener = self._feedback.get(message.get("id", ""))
        if listener is not None:
            listener(message["values"])

    def _on_action_result(self, message: dict[str, Any]) -> None:
        key, values = message.get("id", ""), message.get("values", {})
        if message.get("result", True):
            self._goals.answer(key, GoalResult(int(message.get("status", 0)), values))
        else:
            self._goals.fail(key, lambda action: CallFailed(action, _words(values)))

    def _on_status(self, message: dict[str, Any]) -> None:
        """An error status with the id of a request is the answer to it."""
        if message.get("level") != "error":
            return
        key, words = message.get("id", ""), str(message.get("msg", ""))
        log.warning("the bridge reports an error", id=key, error=words)
        self._calls.fail(key, lambda what: CallFailed(what, words))
        self._goals.fail(key, lambda what: CallFailed(what, words))

    def _set_link(self, link: Link) -> None:
        with self._lock:
            if link == self._link:
                return
            if link.up != self._link.up:
                log.info("bridge link", up=link.up, detail=link.detail, url=self._url, lane=self._name)
            self._link = link
            for listener in tuple(self._link_listeners):
                listener(link)


_HANDLERS: dict[str, Callable[[RosbridgeGateway, dict[str, Any]], None]] = {
    "publish": RosbridgeGateway._on_publish,  # noqa: SLF001 - the class's own table
    "service_response": RosbridgeGateway._on_service_response,  # noqa: SLF001
    "action_feedback": RosbridgeGateway._on_action_feedback,  # noqa: SLF001
    "action_result": RosbridgeGateway._on_action_result,  # noqa: SLF001
    "status": RosbridgeGateway._on_status,  # noqa: SLF001
}


def _log_answer(asked: str, began_ns: int, done: "Future[Any]") -> None:
    failed = "cancelled" if done.cancelled() else type(done.exception()).__name__ if done.exception() else ""
    log.debug("bridge answered", asked=asked, ms=(time.monotonic_ns() - began_ns) / 1e6, failed=failed)


def _end(span: Span, done: "Future[Any]") -> None:
    if done.cancelled():
        span.fail("cancelled")
    elif (error := done.exception()) is not None:
        span.fail(type(error).__name__)
    span.end()


def _words(values: object) -> str:
    """Failures come as text, or as an object when the service itself said no."""
    return values if isinstance(values, str) else orjson.dumps(values).decode()

"""A ROS service whose requests a client answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hristudio_bridge.errors import BridgeError, NotEstablished
from hristudio_bridge.interfaces import ServiceType

if TYPE_CHECKING:
    from hristudio_bridge.session import Session


class ProvidedService:
    """Passes requests to the client and its responses back."""

    def __init__(self, session: "Session", spelled: str, service: str, kind: ServiceType) -> None:
        self._session, self._spelled, self._kind = session, spelled, kind
        self._waiting: dict[str, Callable[[bytes], None]] = {}
        self._server = session.bridge.graph.serve(service, kind.interface, self._on_request)

    def respond(self, key: "str | int | None", values: Any, *, result: bool) -> None:
        """Answer a request; raises NotEstablished, or Mismatch when the values do not fit."""
        respond = self._waiting.get(key) if isinstance(key, str) else None
        if respond is None:
            raise NotEstablished(f"no request {key!r} of service {self._spelled} waits for a response")
        if not result:
            # ROS 2 has no error response: the caller's own timeout has to tell it
            del self._waiting[str(key)]
            self._session.bridge.log.warning(
                "client %s failed request %s: %s", self._session.peer, key, values
            )
            return
        respond(self._kind.response.write({} if values is None else values, self._session.bridge.graph.now))
        del self._waiting[str(key)]

    def close(self) -> None:
        """Withdraw the service."""
        self._server.close()
        self._waiting.clear()

    def _on_request(self, raw: bytes, respond: Callable[[bytes], None]) -> None:
        key = f"service_request:{self._spelled}:{self._session.bridge.next_number()}"
        try:
            arguments = self._kind.request.read_json(raw)
        except BridgeError as error:
            self._session.bridge.log.warning("request of %s: %s", self._spelled, error)
            return
        if len(self._waiting) >= self._session.bridge.settings.max_pending:
            # its caller has waited longest, and has most likely given up
            del self._waiting[next(iter(self._waiting))]
            self._session.bridge.log.warning(
                "client %s leaves %s unanswered: the oldest request is dropped",
                self._session.peer,
                self._spelled,
            )
        self._waiting[key] = respond
        self._session.send({"op": "call_service", "id": key, "service": self._spelled, "args": arguments})

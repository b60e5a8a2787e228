"""Requests to the skill server that wait until it is there.

A server that was killed stays in the graph for seconds, and one that starts takes a
moment to be found: a request sent meanwhile goes nowhere, without an error. So requests
are kept until the server has shown itself alive, and sent then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from rclpy.client import Client
    from rclpy.task import Future


class PatientCalls:
    """Service calls by purpose; a newer one takes the place of one that was not sent yet.

    Args:
        alive: Whether the server has shown itself alive just now.
    """

    def __init__(self, alive: Callable[[], bool]) -> None:
        self._alive = alive
        self._waiting: dict[str, tuple[Client, Any]] = {}
        self._unanswered: dict[str, tuple[Client, Any]] = {}

    def call(self, purpose: str, client: Client, request: Any) -> None:
        """Call a service, now or as soon as its server is there."""
        self._waiting[purpose] = (client, request)
        self.flush()

    def flush(self) -> None:
        """Send what waits, if it can be sent."""
        if not self._alive():
            # What was sent to a server that died since has to be said again.
            self._waiting = {**self._unanswered, **self._waiting}
            self._unanswered = {}
            return
        for purpose, (client, request) in list(self._waiting.items()):
            if client.service_is_ready():
                del self._waiting[purpose]
                self._send(purpose, client, request)

    def clear(self) -> None:
        """Forget what was not sent."""
        self._waiting.clear()
        self._unanswered.clear()

    def _send(self, purpose: str, client: Client, request: Any) -> None:
        self._unanswered[purpose] = (client, request)

        def answered(_future: Future) -> None:
            if self._unanswered.get(purpose) == (client, request):
                del self._unanswered[purpose]

        client.call_async(request).add_done_callback(answered)

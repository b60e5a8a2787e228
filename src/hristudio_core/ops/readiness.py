"""Is the dashboard there? Asked over HTTP, as a browser would."""

import contextlib
import http.client
import threading
from collections.abc import Callable

HEALTH_PATH = "/api/health"
# Unhealthy is an answer, too: the page then shows what is missing.
ANSWERS = frozenset({http.HTTPStatus.OK, http.HTTPStatus.SERVICE_UNAVAILABLE})
PAUSE_S = 0.05
TIMEOUT_S = 2.0


def answers(host: str, port: int) -> bool:
    """Ask once."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status in ANSWERS
    return False


def when_answering(host: str, port: int, tell: Callable[[], None]) -> None:
    """Ask in a thread until the answer is yes, then call `tell` there."""
    pause = threading.Event()

    def ask() -> None:
        while not answers(host, port):
            pause.wait(PAUSE_S)
        tell()

    threading.Thread(target=ask, name="health", daemon=True).start()

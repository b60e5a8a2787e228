"""Is the dashboard there? Asked over HTTP, as a browser would."""

import contextlib
import http.client
import threading
from collections.abc import Callable

HEALTH_PATH = "/api/health"
PAUSE_S = 0.05
TIMEOUT_S = 2.0


def is_healthy(host: str, port: int) -> bool:
    """Ask once."""
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.HTTPStatus.OK
    return False


def when_healthy(host: str, port: int, tell: Callable[[], None]) -> None:
    """Ask in a thread until the answer is yes, then call `tell` there."""
    pause = threading.Event()

    def ask() -> None:
        while not is_healthy(host, port):
            pause.wait(PAUSE_S)
        tell()

    threading.Thread(target=ask, name="health", daemon=True).start()

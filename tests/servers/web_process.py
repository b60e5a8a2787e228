"""`python -m hristudio_web` as a process of its own, on one port for its whole life."""

import re
import signal
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.processes import PythonModule
from tests.servers.waiting import START_S, until


class WebProcess:
    """The dashboard's process behind a bridge; its data folder holds the bridge's key."""

    def __init__(
        self, data: Path, namespace: str, bridge_url: str, database_url: str, **environment: str
    ) -> None:
        self._file = data / "web.port"
        self._environment = {
            "HRISTUDIO_DATA": str(data),
            "HRISTUDIO_BRIDGE_URL": bridge_url,
            "HRISTUDIO_ROBOTS": namespace,
            "DATABASE_URL": database_url,
            **environment,
        }
        # Not an ephemeral one: while it is away, nobody's connection may take it.
        self.port = free_port()
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, always on the same port."""
        self._file.unlink(missing_ok=True)
        arguments = ("--port", str(self.port), "--port-file", str(self._file))
        self._child = PythonModule("hristudio_web", *arguments, environment=self._environment)
        until(
            lambda: self._file.exists() or self._child.process.poll() is not None, "the web process", START_S
        )
        assert self._child.process.poll() is None, self._child.printed
        self.port = int(self._file.read_text())

    def first_link(self) -> str:
        """Give the token of the sign-in link that it prints when it keeps accounts in memory."""
        found = until(lambda: re.search(r"/sign-in/(\S+)", self._child.printed), "a sign-in link")
        return found.group(1)

    def kill(self) -> None:
        self._child.end(signal.SIGKILL)

    def end(self) -> int:
        """End it as a supervisor does; give its exit code."""
        return self._child.end()

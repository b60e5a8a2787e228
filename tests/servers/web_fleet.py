"""`hristudio web` as a process: several web processes that can be replaced."""

import signal
from pathlib import Path

from tests.servers.processes import PythonModule
from tests.servers.waiting import until

START_S = 120.0
# One after another, each of which may take long to start and to drain on a loaded machine.
REPLACE_S = 180.0


class WebFleet:
    """The fleet on free ports; `environment` has its settings."""

    def __init__(self, data: Path, workers: int, environment: dict[str, str]) -> None:
        self._ready = data / "fleet.ready"
        self._workers = workers
        words = ("web", "--workers", str(workers), "--port", "0", "--ready-file", str(self._ready))
        self.child = PythonModule(
            "hristudio_core.cli", *words, environment={"HRISTUDIO_DATA": str(data), **environment}
        )

    def until_ready(self) -> list[int]:
        """Wait until all serve; give their ports."""
        until(lambda: self._all_ports() or self.child.process.poll() is not None, "the fleet", START_S)
        assert self.child.process.poll() is None, self.child.printed
        return self._all_ports()

    def replace_all(self) -> None:
        """Have all processes replaced, and wait until the last successor serves."""
        before = self.child.printed.count("is replaced")
        self.child.process.send_signal(signal.SIGHUP)
        until(lambda: self._refused() or self._replaced(before), "the successors", REPLACE_S)
        assert not self._refused(), self.child.printed

    def _all_ports(self) -> list[int]:
        """Give the ports once the file has them all: it may be there before its words."""
        lines = self._ready.read_text().split("\n") if self._ready.exists() else []
        # The last is what follows the last line's end.
        return [int(line) for line in lines[:-1]] if len(lines) == self._workers + 1 else []

    def _refused(self) -> bool:
        return "old ones go on" in self.child.printed

    def _replaced(self, before: int) -> bool:
        text = self.child.printed
        return text.count("is replaced") - before == text.count("serves on port")

    def end(self) -> int:
        """End it as systemd does; give its exit code."""
        code = self.child.end()
        self.child.forget()
        return code

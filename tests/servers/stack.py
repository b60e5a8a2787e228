"""A real `hristudio up` of one's own: free ports, a data folder of its own, and its JSON log."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil

from hristudio_core.ops.domain import reserve_domain
from tests.servers.processes import die_with_parent
from tests.servers.waiting import WAIT_S

HRISTUDIO = (sys.executable, "-m", "hristudio_core.cli")
READY_S = 120.0
END_S = 60.0


class Stack:
    """A running `hristudio up --json`.

    Attributes:
        ready: The event `ready`, with addresses and sign-in link.
    """

    def __init__(self, data: Path, *options: str, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.told: list[dict[str, Any]] = []
        self._ended = False
        self._news = threading.Condition()
        # Nodes that other tests killed stay in their ROS domain for a while.
        self._reservation = reserve_domain()
        self.domain = self._reservation.domain
        self.process = subprocess.Popen(
            [*HRISTUDIO, "up", "--json", "--port=0", "--bridge-port=0", f"--data={data}", *options],
            env={**os.environ, "ROS_DOMAIN_ID": str(self.domain), **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
            text=True,
            # A Ctrl-C for it is not one for the tests.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.ready: dict[str, Any] = {}

    def wait_ready(self) -> "Stack":
        """Wait until it says that the dashboard answers."""
        self.ready = self.until(lambda item: item.get("event") == "ready", "ready", READY_S)
        return self

    def until(
        self, wanted: Callable[[dict[str, Any]], bool], what: str, timeout_s: float = WAIT_S
    ) -> dict[str, Any]:
        """Wait for something that it tells; looks at what it has told already as well."""
        with self._news:
            found = self._news.wait_for(
                lambda: next((item for item in self.told if wanted(item)), None) or self._ended, timeout_s
            )
        assert isinstance(found, dict), f"no {what} within {timeout_s} s:\n{self.text}"
        return found

    @property
    def text(self) -> str:
        """What it has told, readable."""
        return "\n".join(f"{item.get('process', '-'):<14} {item.get('text', item)}" for item in self.told)

    @property
    def record(self) -> dict[str, Any]:
        """What it has written down for others."""
        return json.loads((self.data / "run" / "stack.json").read_text())

    def pid(self, name: str) -> int:
        """Give the process id of one of its processes."""
        return next(item["pid"] for item in self.record["processes"] if item["name"] == name)

    def family(self) -> list[psutil.Process]:
        """Give it and everything that it has started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def end(self, number: int = signal.SIGINT) -> int:
        """Send it a signal; give its exit code. It is killed when it does not end."""
        family = self.family() if self.process.poll() is None else []
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            for process in family:
                if process.is_running():
                    process.kill()
            self.process.wait()
            raise
        finally:
            self._reader.join(END_S)
            self._reservation.close()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            item = json.loads(line) if line.startswith("{") else {"text": line.rstrip()}
            with self._news:
                self.told.append(item)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()
        self.process.stdout.close()


def command(*words: str, data: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `hristudio WORDS` on a data folder."""
    return subprocess.run(
        [*HRISTUDIO, *words],
        env={**os.environ, "HRISTUDIO_DATA": str(data), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def gone(processes: list[psutil.Process], timeout_s: float = WAIT_S) -> list[psutil.Process]:
    """Wait for processes to end; give those that live on. A zombie has ended."""
    _, alive = psutil.wait_procs(processes, timeout=timeout_s)
    return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]

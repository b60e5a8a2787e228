"""Who is measured: our bridge, or another server of the rosbridge protocol that the environment names."""

import os
import shlex
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

REFERENCE = "HRISTUDIO_BENCH_REFERENCE"
OURS = (
    f"{shlex.quote(sys.executable)} -m hristudio_bridge.node "
    "--ros-args -p port:={port} -p address:=127.0.0.1 -p auth:=none"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A server and the command that starts it; `{port}` stands for the port to listen on.

    `reaches` is a share of what is required of us: where the search for its highest rate begins.
    """

    name: str
    command: str
    reaches: float


def subjects() -> list[Subject]:
    """Give our bridge and, where the environment has the command of one, the reference."""
    found = [Subject("bridge", OURS, 0.5)]
    if command := os.environ.get(REFERENCE):
        found.append(Subject("reference", command, 0.0125))
    return found


class Running:
    """A started server."""

    def __init__(self, subject: Subject, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._log = log.open("wb")
        self._process = subprocess.Popen(
            shlex.split(subject.command.format(port=self.port)), stdout=self._log, stderr=self._log
        )
        self._usage = psutil.Process(self._process.pid)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def memory_mb(self) -> float:
        return float(sum(process.memory_info().rss for process in self._family())) / 1e6

    def processor_s(self) -> float:
        return float(sum(sum(process.cpu_times()[:2]) for process in self._family()))

    def stop(self) -> None:
        """End it; not every server ends when it is asked to."""
        family = self._family()
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            for process in family:
                process.kill()
            self._process.wait()
        self._log.close()

    def _family(self) -> list[psutil.Process]:
        return [self._usage, *self._usage.children(recursive=True)]

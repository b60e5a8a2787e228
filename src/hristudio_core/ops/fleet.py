"""Several equal processes behind one proxy, replaced one after another without a gap.

The fleet holds the listening sockets and lends them to its processes. A new process
accepts from the same socket before the old one is told to end, so at no moment is there
nobody to take a connection; one that comes between the two waits in the socket's queue.
"""

import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hristudio_core.ops.backoff import Backoff
from hristudio_core.ops.child import Child, Program, describe_exit
from hristudio_core.ops.logline import Level, LineReader, LogLine
from hristudio_core.ops.loop import Loop

START_S = 60.0
LOOK_S = 0.05
FIRST_FD = 3
BACKLOG = 1024


class FleetProgram(Protocol):
    """Gives the command of a process that listens on a socket it inherits and then makes a file."""

    def __call__(self, fd: int, ready_file: Path) -> Sequence[str]:
        """Give the words of the command."""


@dataclass
class Berth:
    """One socket, and the processes that serve it: one, or more while it is being replaced."""

    name: str
    listener: socket.socket
    ready_file: Path
    backoff: Backoff = field(default_factory=Backoff)
    reader: LineReader = field(default_factory=LineReader)
    serving: Child | None = None
    starting: Child | None = None
    leaving: list[Child] = field(default_factory=list)

    @property
    def children(self) -> tuple[Child, ...]:
        """Every process that is there."""
        return tuple(child for child in (self.serving, self.starting, *self.leaving) if child)


class Fleet:
    """Runs the processes until SIGTERM or SIGINT; SIGHUP has them replaced. One thread."""

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        command: FleetProgram,
        environment: Mapping[str, str],
        folder: Path,
        tell: Callable[[str, LogLine], None],
        *,
        patience_s: float,
        on_ready: Callable[[], None],
    ) -> None:
        """Take the sockets.

        Args:
            listeners: Sockets that listen, one a process.
            command: Gives the command of a process.
            environment: What the processes find in their environment.
            folder: Where they say that they are ready.
            tell: Takes lines for the log.
            patience_s: How long a process that was told to end may take.
            on_ready: Called once, when every socket is served.
        """
        self._berths = [
            Berth(f"web-{number}", listener, folder / f"web-{number}.ready")
            for number, listener in enumerate(listeners, 1)
        ]
        self._command = command
        self._environment = environment
        self._tell = tell
        self._patience_s = patience_s
        self._on_ready: Callable[[], None] | None = on_ready
        self._ending = False
        self._to_replace: list[Berth] = []

    def run(self) -> None:
        """Serve until told to end; then let every process finish what it does."""
        with Loop(self._on_signal) as self._loop:
            for berth in self._berths:
                self._start(berth)
            self._loop.run_until(lambda: self._ending and not any(berth.children for berth in self._berths))
        for berth in self._berths:
            berth.ready_file.unlink(missing_ok=True)
            berth.listener.close()

    def _on_signal(self, number: int) -> None:
        if number in {signal.SIGTERM, signal.SIGINT}:
            self._end()
        elif number == signal.SIGHUP and not self._ending:
            self._say(Level.INFO, f"replacing {len(self._berths)} processes, one after another")
            self._to_replace = list(self._berths)
            self._replace_next()
        elif number == signal.SIGCHLD:
            for berth in self._berths:
                self._reap(berth)

    def _end(self) -> None:
        if self._ending:
            return
        self._ending = True
        self._to_replace = []
        for berth in self._berths:
            for child in (berth.serving, berth.starting):
                if child:
                    self._send_away(berth, child)
            berth.serving = berth.starting = None

    def _replace_next(self) -> None:
        """Start the next successor unless one is on its way; one process at a time is away."""
        if any(berth.starting or berth.leaving for berth in self._berths) or not self._to_replace:
            return
        self._start(self._to_replace.pop(0))

    def _start(self, berth: Berth) -> None:
        if self._ending or berth.starting:
            return
        berth.ready_file.unlink(missing_ok=True)
        fd = berth.listener.fileno()
        program = Program(berth.name, self._command(fd, berth.ready_file), self._environment)
        child = Child(program, lambda line: self._tell(berth.name, berth.reader.read(line)), pass_fds=(fd,))
        berth.starting = child
        child.register(self._loop.selector)
        self._loop.after(LOOK_S, lambda: self._look_for_ready_file(berth, child))
        self._loop.after(START_S, lambda: self._lose_patience(berth, child))

    def _look_for_ready_file(self, berth: Berth, child: Child) -> None:
        if berth.starting is not child:
            return
        if not berth.ready_file.exists():
            self._loop.after(LOOK_S, lambda: self._look_for_ready_file(berth, child))
            return
        old, berth.serving, berth.starting = berth.serving, child, None
        if old:
            self._send_away(berth, old)
            self._say(Level.INFO, f"{berth.name} is replaced; the old process finishes what it does")
        else:
            self._say(Level.INFO, f"{berth.name} serves on port {berth.listener.getsockname()[1]}")
        if self._on_ready and all(one.serving for one in self._berths):
            self._on_ready()
            self._on_ready = None

    def _lose_patience(self, berth: Berth, child: Child) -> None:
        if berth.starting is child:
            self._say(Level.ERROR, f"{berth.name} is not ready after {START_S:g} s: ended")
            child.kill()

    def _send_away(self, berth: Berth, child: Child) -> None:
        berth.leaving.append(child)
        child.signal(signal.SIGTERM)

        def kill() -> None:
            if child in berth.leaving:
                self._say(Level.WARN, f"{berth.name}: process {child.pid} takes too long to end: killed")
                child.kill()

        self._loop.after(self._patience_s, kill)

    def _reap(self, berth: Berth) -> None:
        for child in berth.children:
            code = child.reap(self._loop.selector)
            if code is None:
                continue
            if child in berth.leaving:
                berth.leaving.remove(child)
                self._replace_next()
            elif berth.starting is child and berth.serving:
                self._give_up_replacing(berth, code)
            else:
                self._start_again(berth, child, code)

    def _give_up_replacing(self, berth: Berth, code: int) -> None:
        """A new process that cannot start takes nothing down: what was there goes on."""
        berth.starting = None
        self._to_replace = []
        how = describe_exit(code)
        self._say(Level.ERROR, f"the new {berth.name} ended before it was ready ({how}); the old ones go on")

    def _start_again(self, berth: Berth, child: Child, code: int) -> None:
        if berth.serving is child:
            berth.serving = None
        else:
            berth.starting = None
        berth.backoff = berth.backoff.died(child.age_s)
        wait_s = berth.backoff.wait_s
        self._say(Level.ERROR, f"{berth.name} ended ({describe_exit(code)}); again in {wait_s:g} s")
        self._loop.after(wait_s, lambda: self._start(berth))

    def _say(self, level: Level, text: str) -> None:
        self._tell("fleet", LogLine(level, text))


def listen(host: str, port: int, count: int, environment: Mapping[str, str]) -> list[socket.socket]:
    """Give sockets that listen: those that systemd hands over, else on following ports (0: any free ones).

    Raises:
        OSError: A port is taken.
    """
    if environment.get("LISTEN_PID") == str(os.getpid()):
        handed = int(environment.get("LISTEN_FDS", "0"))
        return [socket.socket(fileno=FIRST_FD + number) for number in range(handed)]
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sockets = []
    for number in range(count):
        listener = socket.socket(family)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port + number if port else 0))
        listener.listen(BACKLOG)
        sockets.append(listener)
    return sockets

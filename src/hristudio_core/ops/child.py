"""One child process: started so that it never outlives its parent, its output read line by line."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import psutil

READ_BYTES = 65_536
LONGEST_LINE = 65_536
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Program:
    """What to start.

    Attributes:
        stop_stage: Programs of a stage end together, lowest first.
        needs: Programs that must be ready before.
        ready_file: Written by the program once it is ready; empty: it is ready at once.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_stage: int = 1
    needs: Sequence[str] = ()
    ready_file: str = ""


class Child:
    """A running program.

    It has a session of its own, so that a Ctrl-C in the terminal reaches the parent alone,
    which ends its children in order. Should the parent die first, the kernel sends it SIGTERM.
    """

    def __init__(
        self, program: Program, on_line: Callable[[str], None], *, pass_fds: Sequence[int] = ()
    ) -> None:
        self.program = program
        self.started = time.monotonic()
        self._on_line = on_line
        self._rest = b""
        self._at_end = False
        parent = os.getpid()
        self._process = subprocess.Popen(
            program.command,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            bufsize=0,
            pass_fds=pass_fds,
            preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 - makes two system calls, takes no lock
        )
        assert self._process.stdout  # noqa: S101 - for the type checker: it is a pipe
        self._pipe = self._process.stdout
        os.set_blocking(self._pipe.fileno(), False)

    @property
    def pid(self) -> int:
        """Give its process id, which is its process group's as well."""
        return self._process.pid

    @property
    def age_s(self) -> float:
        """Give how long ago it was started, s."""
        return time.monotonic() - self.started

    def register(self, selector: selectors.BaseSelector) -> None:
        """Have `drain` called when there is output."""
        selector.register(self._pipe, selectors.EVENT_READ, lambda: self.drain(selector))

    def drain(self, selector: selectors.BaseSelector) -> None:
        """Read what there is; stop listening at the end of the output."""
        for chunk in self._chunks():
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for line in lines:
                self._tell(line)
            if len(self._rest) > LONGEST_LINE:
                self._tell_rest()
        if self._at_end:
            self._close(selector)

    def reap(self, selector: selectors.BaseSelector) -> int | None:
        """Give the exit code once it has ended, with its last output read; None while it runs."""
        code = self._process.poll()
        if code is not None:
            self.drain(selector)
            # A grandchild may hold the other end open: what it says is nobody's any more.
            self._close(selector)
        return code

    def signal(self, number: int) -> None:
        """Send it a signal; nothing happens when it is gone."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def kill(self) -> None:
        """End it and whatever it started, at once."""
        family: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):
            # A database server leads a session of its own, so a process group would not do.
            family = psutil.Process(self.pid).children(recursive=True)
        self.signal(signal.SIGKILL)
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def _chunks(self) -> Iterator[bytes]:
        """Give what can be read now; None means nothing yet, an empty chunk the end."""
        while not self._pipe.closed and (chunk := self._pipe.read(READ_BYTES)) is not None:
            if not chunk:
                self._at_end = True
                return
            yield chunk

    def _tell(self, line: bytes) -> None:
        self._on_line(line.decode(errors="replace").rstrip("\r"))

    def _tell_rest(self) -> None:
        self._tell(self._rest)
        self._rest = b""

    def _close(self, selector: selectors.BaseSelector) -> None:
        if self._rest:
            self._tell_rest()
        if not self._pipe.closed:
            selector.unregister(self._pipe)
            self._pipe.close()


def _die_with(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent ends; runs in the child, before the program."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        # It died before the kernel was asked.
        os._exit(1)


def describe_exit(code: int) -> str:
    """Say in words how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-code).name}"
    return f"killed by signal {-code}"

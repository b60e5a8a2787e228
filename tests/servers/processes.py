"""Child processes of tests, ended for certain."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

END_S = 60.0
PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
ROOT = Path(__file__).resolve().parents[2]


def die_with_parent() -> None:
    """Have the kernel end this child when the test run is killed, lest it disturb the next one."""
    _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class PythonModule:
    """A running `python -m MODULE ARGUMENTS`."""

    def __init__(self, module: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
        # A file, because a pipe that nobody reads would stop a talkative child.
        descriptor, path = tempfile.mkstemp(suffix=f".{module}.log")
        self._output_path = Path(path)
        self._printed: str | None = None
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=descriptor,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
        os.close(descriptor)

    @property
    def printed(self) -> str:
        """What it has printed so far, or had printed when it was forgotten."""
        if self._printed is not None:
            return self._printed
        # A letter of several bytes may be written by half.
        return self._output_path.read_text(errors="replace")

    def forget(self) -> None:
        """Remove the file that holds its output; what it printed stays known."""
        self._printed = self.printed
        self._output_path.unlink(missing_ok=True)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal; use force when that takes too long. Give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for its end; use force when that takes too long. Give its exit code."""
        try:
            return self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextlib.contextmanager
def python_module(
    module: str, *arguments: str, environment: dict[str, str] | None = None
) -> Iterator[PythonModule]:
    """Run `python -m MODULE ARGUMENTS` for the length of a `with` block."""
    child = PythonModule(module, *arguments, environment=environment)
    try:
        yield child
    finally:
        child.end()
        child.forget()

"""The latch of the stop: set once, held until it is released, kept through a crash.

It is read by every thread without a lock: the state is one frozen object, replaced as a
whole. On disk it is one block of fixed size in a file that stays open, written by a
single call that needs no space, so a full disk cannot keep it from being set; the page
cache keeps it through the death of the process, and a sync by another thread through the
death of the machine.

No file means a first start: released, else nothing could ever be started. A file that
cannot be understood means latched: somebody wrote it, and a robot that stands still
wrongly is released with a word, whereas one that moves wrongly is not taken back.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

_BLOCK = 1024
_TEXT = 160


@dataclass(frozen=True)
class LatchState:
    """Whether the robot is stopped; who stopped or released it, why, and when (wall clock, ns)."""

    stopped: bool = False
    actor: str = ""
    reason: str = ""
    wall_ns: int = 0

    @classmethod
    def by(cls, actor: str, reason: str, wall_ns: int, *, stopped: bool) -> "LatchState":
        """Make a state of what somebody said, no longer than what the file keeps of it."""
        return cls(stopped, actor[:_TEXT], reason[:_TEXT], wall_ns)


class Latch:
    """Keeps the state in memory and in its file."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it when there is none.

        Raises:
            OSError: It cannot be written, so a stop could not be kept.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.state = _decode(os.pread(self._file, _BLOCK, 0))
        os.pwrite(self._file, _encode(self.state), 0)
        os.fsync(self._file)

    def set(self, state: LatchState) -> None:
        """Take a new state, in memory alone: nothing here can wait."""
        self.state = state

    def holds(self) -> bool:
        """Tell whether the robot is stopped."""
        return self.state.stopped

    def keep(self) -> None:
        """Write the state so that it outlives this process."""
        os.pwrite(self._file, _encode(self.state), 0)

    def sync(self) -> None:
        """Make what was kept outlive the machine; may take long."""
        os.fsync(self._file)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _encode(state: LatchState) -> bytes:
    # Cut so that any text, escaped, fits the block.
    cut = LatchState(state.stopped, state.actor[:_TEXT], state.reason[:_TEXT], state.wall_ns)
    text = json.dumps(asdict(cut), ensure_ascii=False).encode("utf-8", "replace")
    if len(text) > _BLOCK:
        text = json.dumps(asdict(LatchState(state.stopped, "", "", state.wall_ns))).encode()
    return text.ljust(_BLOCK - 1) + b"\n"


def _decode(block: bytes) -> LatchState:
    if not block:
        return LatchState()
    try:
        state = LatchState(**json.loads(block))
        if isinstance(state.stopped, bool) and isinstance(state.actor, str) and isinstance(state.reason, str):
            return state
    except (ValueError, TypeError):
        pass
    return LatchState(True, "skill_server", "the record of the last stop cannot be read", 0)

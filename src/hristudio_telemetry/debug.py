"""Debug mode: a process that runs says more for a while, and falls silent by itself.

It is asked for by a file in the data folder's `run`, so it reaches every process there, whatever else is
broken: no ROS graph, no database and no bridge is asked for it. The file says until when; nobody has to take
it away.
"""

import json
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

NAME = "debug.json"
READABLE = 0o644
LOOK_S = 1.0
LONGEST_S = 24 * 3600.0
"""What asks for more than that has no effect: a clock that was set back, or a file nobody of ours wrote."""


@dataclass(frozen=True)
class Debug:
    """What was asked for.

    Attributes:
        until_s: When it ends, s since the Unix epoch.
        by: Who asked.
        processes: Which processes say more; empty: all of this data folder.
    """

    until_s: float
    by: str = ""
    processes: tuple[str, ...] = ()

    def left_s(self, now_s: float) -> float:
        """Give how long it lasts from now, s; 0: it is over."""
        left = self.until_s - now_s
        return left if 0 < left <= LONGEST_S else 0.0

    def holds(self, process: str, now_s: float) -> bool:
        """Tell whether a process says more now."""
        return self.left_s(now_s) > 0 and (not self.processes or process in self.processes)


def read_debug(run: Path) -> Debug | None:
    """Give what was asked for last in a data folder's `run`; None: nothing that could be read."""
    try:
        told: Any = json.loads((run / NAME).read_bytes())
        return Debug(float(told["until_s"]), str(told["by"]), tuple(map(str, told["processes"])))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def write_debug(run: Path, debug: Debug | None) -> None:
    """Ask for it, or for its end; whoever reads meanwhile reads the one or the other.

    Raises:
        OSError: There is no room, or no right.
    """
    if debug is None:
        (run / NAME).unlink(missing_ok=True)
        return
    draft = run / f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        draft.write_text(json.dumps(asdict(debug)), encoding="utf-8")
        # Who asks may be another user than the processes, such as root; the folder keeps strangers out.
        draft.chmod(READABLE)
        draft.replace(run / NAME)
    finally:
        draft.unlink(missing_ok=True)


class DebugWatch:
    """Looks once a second whether its process is to say more, in a thread of its own.

    Args:
        run: The data folder's `run`.
        process: The process's name, as `hristudio status` has it.
        switch: Called with True and False as it changes, from that thread.
    """

    def __init__(
        self, run: Path, process: str, switch: Callable[[bool], None], clock: Callable[[], float] = time.time
    ) -> None:
        self._run = run
        self._process = process
        self._switch = switch
        self._clock = clock
        self._on = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="debug", daemon=True)

    def __enter__(self) -> None:
        """Begin to look."""
        self.look()
        self._thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def look(self) -> None:
        """Look now."""
        asked = read_debug(self._run)
        on = asked is not None and asked.holds(self._process, self._clock())
        if on != self._on:
            self._on = on
            self._switch(on)

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_S):
            self.look()

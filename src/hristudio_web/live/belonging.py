"""Which study each trial belongs to, known before anybody asks: a command never waits for the database."""

import queue
import threading
from collections.abc import Callable

import structlog

from hristudio_core.store import LAB_BENCH, StoreError

AGAIN_S = 1.0
UNKNOWN = ""
"""The study of a trial that nobody has looked up yet: no one has a role in it but administrators."""
log = structlog.get_logger(__name__)


class Belonging:
    """Studies of trials, looked up in a thread of its own. A trial never changes its study."""

    def __init__(self, look_up: Callable[[str], str | None]) -> None:
        self._look_up = look_up
        self._known: dict[str, str] = {}
        self._asked: queue.Queue[str | None] = queue.Queue()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="belonging", daemon=True)

    def start(self) -> None:
        """Begin to look up."""
        self._thread.start()

    def stop(self) -> None:
        """Look up no more."""
        self._closing.set()
        self._asked.put(None)
        if self._thread.is_alive():
            self._thread.join(2.0)

    def of(self, trial_id: str) -> str:
        """Give the study of a trial, the Lab bench for what was started elsewhere; `UNKNOWN` so far."""
        return self._known.get(trial_id, UNKNOWN)

    def keep(self, trial_id: str, study_id: str) -> None:
        """Remember what this process knows itself."""
        self._known[trial_id] = study_id

    def learn(self, trial_id: str) -> None:
        """Have a trial looked up."""
        if trial_id not in self._known:
            self._asked.put(trial_id)

    def _run(self) -> None:
        while (trial_id := self._asked.get()) is not None:
            while trial_id not in self._known and not self._closing.is_set():
                try:
                    self._known.setdefault(trial_id, self._look_up(trial_id) or LAB_BENCH)
                except StoreError as error:
                    log.warning("whose trial this is cannot be had", trial=trial_id, error=str(error))
                    self._closing.wait(AGAIN_S)

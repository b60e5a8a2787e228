"""Letters that nobody waits for: written and sent in the background, a few times if need be."""

import queue
import threading
from collections.abc import Callable, Sequence

import structlog

from hristudio_core.mail.errors import MailRefused, MailUnavailable
from hristudio_core.mail.letter import Letter
from hristudio_core.mail.port import Mailer

LONGEST_QUEUE = 500
PAUSES_S = (2.0, 15.0, 60.0)
log = structlog.get_logger(__name__)


class Post:
    """Sends letters one after the other in a thread of its own."""

    def __init__(self, mailer: Mailer, pauses_s: Sequence[float] = PAUSES_S) -> None:
        self._mailer = mailer
        self._pauses_s = tuple(pauses_s)
        self._waiting: queue.Queue[Callable[[], Letter | None] | None] = queue.Queue(LONGEST_QUEUE)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="post", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send what waits, once, and end."""
        self._stopping.set()
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            log.warning("letters are not sent", waiting=self._waiting.qsize())

    def put(self, write: Callable[[], Letter | None]) -> None:
        """Have a letter written and sent; ``write`` gives None when none is due after all.

        It runs in the background, too, so that how long it takes tells nobody whether there was one.
        """
        try:
            self._waiting.put_nowait(write)
        except queue.Full:
            log.warning("a letter is not sent: too many wait")

    def _run(self) -> None:
        while (write := self._waiting.get()) is not None:
            try:
                letter = write()
            except Exception:
                # The edge of a callback: one letter that cannot be written must not keep back the rest.
                log.exception("a letter could not be written")
                continue
            if letter is not None:
                self._send(letter)

    def _send(self, letter: Letter) -> None:
        for pause_s in (*self._pauses_s, None):
            try:
                self._mailer.send(letter)
            except MailUnavailable as error:
                log.warning("mail waits", error=str(error))
                if pause_s is None or self._stopping.wait(pause_s):
                    break
            except MailRefused as error:
                log.warning("mail is not taken", error=str(error))
                return
            else:
                log.info("mail sent", subject=letter.subject)
                return
        log.warning("mail given up", subject=letter.subject)

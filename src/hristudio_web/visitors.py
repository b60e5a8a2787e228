"""Who is signed in, known without asking the database each time.

A command to the robot must never wait for PostgreSQL, and a wizard must not be thrown
out of a running trial because it restarts. So what the store said last is kept here,
asked anew every few seconds, and kept on while the store is silent.
"""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from msgspec import Struct

from hristudio_core.store import Account, Accounts, InvalidToken, NotFound, Sessions, StoreError, Tokens

FRESH_S = 5.0
REFRESH_S = 5.0
SESSION_TTL = timedelta(hours=12)
FORGET_S = SESSION_TTL.total_seconds()
"""Longest that a session lives on without the store's word for it."""
log = structlog.get_logger(__name__)


class _Known(Struct):
    account: Account
    confirmed_s: float
    used: bool = True


class Visitors:
    """Who is signed in here. Thread-safe."""

    def __init__(
        self,
        sessions: Sessions,
        accounts: Accounts,
        tokens: Tokens,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = sessions
        self._accounts = accounts
        self._tokens = tokens
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._enders: list[Callable[[str], None]] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="visitors", daemon=True)

    def start(self) -> None:
        """Begin to look after sessions in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Look after them no more."""
        self._stopping.set()

    def on_end(self, listener: Callable[[str], None]) -> None:
        """Tell a listener the token of each session that ends."""
        self._enders.append(listener)

    def open(self, account: Account, agent: str) -> str:
        """Open a session for somebody who has proved who they are."""
        token = self._sessions.open_session(account.id, agent, SESSION_TTL)
        self._known[token] = _Known(account, self._clock())
        return token

    def close(self, token: str) -> None:
        """End a session."""
        self._end(token)
        self._sessions.close_session(token)

    def known(self, token: str) -> Account | None:
        """Whose session it is, as far as this process knows. Never waits."""
        known = self._known.get(token)
        if known is None or self._clock() - known.confirmed_s > FORGET_S:
            return None
        known.used = True
        return known.account

    def current(self, token: str) -> Account | None:
        """Whose session it is; asks the store unless it has been asked a moment ago."""
        known = self._known.get(token)
        if known is not None and self._clock() - known.confirmed_s < FRESH_S:
            known.used = True
            return known.account
        return self._confirm(token, used=True)

    def of_program(self, token: str) -> tuple[Account | None, frozenset[str]]:
        """Whose token a program brings, and what it may do of what they may.

        Raises:
            SpentToken: It was revoked, or has expired.
            InvalidToken: It is none.
        """
        account_id, granted = self._tokens.use(token)
        try:
            account = self._accounts.get(account_id)
        except NotFound:
            return None, frozenset()
        return (None if account.disabled_at else account), granted

    def refresh(self) -> None:
        """Ask the store about every session known here, and tell it which of them were used since."""
        for token, known in tuple(self._known.items()):
            self._confirm(token, used=known.used)

    def _confirm(self, token: str, *, used: bool) -> Account | None:
        try:
            account = self._sessions.account_of(token, used=used)
        except InvalidToken:
            self._end(token)
            return None
        except StoreError as error:
            # What was true a moment ago stays true while the store is silent.
            log.warning("sessions cannot be confirmed", error=str(error))
            return self.known(token)
        self._known[token] = _Known(account, self._clock(), used=False)
        return account

    def _end(self, token: str) -> None:
        if self._known.pop(token, None) is not None:
            for listener in tuple(self._enders):
                listener(token)

    def _run(self) -> None:
        while not self._stopping.wait(REFRESH_S):
            self.refresh()

"""Who is behind each Socket.IO connection, and how fast they may ask."""

import threading
import time
from collections.abc import Callable, Mapping

from msgspec import Struct

from hristudio_core.ops.settings import SecondFactorPolicy
from hristudio_core.store import Account
from hristudio_web.access import Permission, allowed, lacks_second_factor, rights_at
from hristudio_web.errors import BadRequest, Forbidden, NotSignedIn, SecondFactorNeeded, WebError
from hristudio_web.visitors import Visitors

BURST = 40
PER_S = 20.0


class _Caller(Struct):
    session: str
    tokens: float
    at_s: float


class Callers:
    """Connections by socket id. Nothing here waits for the database."""

    def __init__(
        self,
        visitors: Visitors,
        clock: Callable[[], float] = time.monotonic,
        *,
        policy: SecondFactorPolicy = SecondFactorPolicy.NOBODY,
    ) -> None:
        self._visitors = visitors
        self._policy = policy
        self._clock = clock
        self._callers: dict[str, _Caller] = {}
        self._lock = threading.Lock()

    @property
    def count(self) -> int:
        """How many connections there are."""
        return len(self._callers)

    def enter(self, sid: str, session: str) -> None:
        """A connection of a signed-in browser opens.

        Raises:
            NotSignedIn: nobody is behind it.
        """
        if not session or self._visitors.current(session) is None:
            raise NotSignedIn
        with self._lock:
            self._callers[sid] = _Caller(session, BURST, self._clock())

    def leave(self, sid: str) -> None:
        """A connection is gone."""
        with self._lock:
            self._callers.pop(sid, None)

    def of_session(self, session: str) -> list[str]:
        """Connections of one session."""
        with self._lock:
            return [sid for sid, caller in self._callers.items() if caller.session == session]

    def known(self, sid: str) -> Account | None:
        """Give who is behind a connection; None: nobody is signed in."""
        caller = self._callers.get(sid)
        return self._visitors.known(caller.session) if caller else None

    def account(self, sid: str, permission: Permission, study: str | None = None) -> Account:
        """Give who calls, once it is clear that they may do it in a study (None: in any).

        Raises:
            NotSignedIn, SecondFactorNeeded, Forbidden: they may not.
        """
        account = self.known(sid)
        if account is None:
            raise NotSignedIn
        if lacks_second_factor(account, self._policy):
            raise SecondFactorNeeded
        if not allowed(account, permission, study):
            raise Forbidden(permission.value)
        return account

    def rights(self, sid: str, study: str | None, runs: bool) -> Mapping[str, bool]:
        """Tell of each permission whether who calls has it at a robot; see `access.rights_at`."""
        try:
            account = self.account(sid, Permission.TRIAL_WATCH)
        except WebError:
            return dict.fromkeys((one.value for one in Permission), False)
        return rights_at(account, study, runs=runs)

    def spend(self, sid: str) -> None:
        """Count a request.

        Raises:
            BadRequest: this connection asks too fast.
        """
        with self._lock:
            caller = self._callers.get(sid)
            if caller is None:
                raise NotSignedIn
            now_s = self._clock()
            caller.tokens = min(BURST, caller.tokens + (now_s - caller.at_s) * PER_S)
            caller.at_s = now_s
            if caller.tokens < 1:
                raise BadRequest("too many requests: slow down")
            caller.tokens -= 1

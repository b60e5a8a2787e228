"""Which features are on for whom, known without asking the database each time.

Asked anew every second, in every process: nothing is restarted. While the database is silent what it said
last holds, and before it has said anything the defaults.
"""

import threading
from types import MappingProxyType

import structlog

from hristudio_core.flags import FLAGS, Rule, Who, is_on
from hristudio_core.store import Account, Flags, StoreError
from hristudio_web.errors import NotFound, SwitchedOff

LOOK_S = 1.0
log = structlog.get_logger(__name__)


class Features:
    """What is known of the flags here. Thread-safe: what is known is one object that never changes."""

    def __init__(self, flags: Flags) -> None:
        self._flags = flags
        self._rules = MappingProxyType[str, Rule]({})
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="features", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def look(self) -> None:
        """Look now. Whatever fails, what is known holds."""
        try:
            self._rules = MappingProxyType(self._flags.all())
        except StoreError as error:
            log.warning("what the feature flags are cannot be told", error=str(error))

    def on(self, name: str, account: Account, study: str | None) -> bool:
        """Tell whether a feature is on for somebody, in their study; None: in any of theirs."""
        return is_on(FLAGS[name], self._rules.get(name), who_in(account, study))

    def of(self, account: Account, study: str | None) -> dict[str, bool]:
        """Tell it of all features."""
        return {name: self.on(name, account, study) for name in FLAGS}

    def require(self, name: str, account: Account, study: str | None) -> None:
        """See that a feature is on. Raises `SwitchedOff`."""
        if not self.on(name, account, study):
            raise SwitchedOff(FLAGS[name].title)

    def _watch(self) -> None:
        while True:
            try:
                self.look()
            except Exception:
                # The edge of this thread: a rule that this release cannot read must not end it.
                log.exception("feature flags")
            if self._stopping.wait(LOOK_S):
                return


def who_in(account: Account, study: str | None) -> Who:
    """Give whom a feature is offered: an account with its roles in a study; None: in any of theirs."""
    held = [role for of, role in account.memberships.items() if study in {None, of}]
    return Who(account.id, [account.role.value, *(role.value for role in held)], study or "")


def flag_named(name: str) -> str:
    """Give a flag's name.

    Raises:
        NotFound: no flag is called so.
    """
    if name not in FLAGS:
        raise NotFound("feature flag", name)
    return name

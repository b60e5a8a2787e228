"""Feature flags that somebody has set, in PostgreSQL and without it.

A rule and the line in the audit trail that says who set it are one: neither is kept without the other.
"""

import threading
from typing import Any, Protocol

from hristudio_core.flags import FLAGS, Rule, State, told
from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid
from hristudio_core.store.audit import line_values
from hristudio_core.store.database import Database
from hristudio_core.store.errors import InvalidValue, NotFound
from hristudio_core.store.ports import Audit

LARGEST_SHARE = 100


class Flags(Protocol):
    """What is set; the rest has its default."""

    def all(self) -> dict[str, Rule]:
        """Give the rules by the flags' names."""

    def change(
        self, name: str, rule: Rule | None, *, account_id: str | None = None, address: str = "", by: str = ""
    ) -> bool:
        """Set a flag, and keep in the audit trail who did, with what was before and what is now.

        Args:
            name: The flag's.
            rule: For whom it is on; None: it has its default again.
            account_id: Who; None: nobody with an account.
            address: Network address it came from.
            by: Who without an account.

        Returns:
            False: it was so already, and nothing is kept.

        Raises:
            InvalidValue: A study is no id, or the share is no percentage.
        """


class PostgresFlags:
    """See `Flags`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("flags")
        self._line = load("audit")["record"]

    def all(self) -> dict[str, Rule]:
        """See `Flags.all`."""
        with self._database.connection() as connection:
            rows = connection.execute(self._queries["all"]).fetchall()
        return {name: _rule(*row) for name, *row in rows}

    def change(
        self, name: str, rule: Rule | None, *, account_id: str | None = None, address: str = "", by: str = ""
    ) -> bool:
        """See `Flags.change`."""
        rule = _checked(rule) if rule else None
        values = {"name": name, **(_values(rule) if rule else {})}
        with self._database.transaction() as connection:
            connection.execute(self._queries["take_turn"], values)
            row = connection.execute(self._queries["of"], values).fetchone()
            before = _rule(*row) if row else None
            if rule == before:
                return False
            connection.execute(self._queries["set" if rule else "clear"], values)
            line = _line(name, before, rule, by)
            connection.execute(self._line, line_values(**line, account_id=account_id, address=address))
        return True


class MemoryFlags:
    """See `Flags`; the lines go to an audit trail."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit
        self._rules: dict[str, Rule] = {}
        self._turn = threading.Lock()

    def all(self) -> dict[str, Rule]:
        """See `Flags.all`."""
        return dict(self._rules)

    def change(
        self, name: str, rule: Rule | None, *, account_id: str | None = None, address: str = "", by: str = ""
    ) -> bool:
        """See `Flags.change`."""
        rule = _checked(rule) if rule else None
        with self._turn:
            before = self._rules.get(name)
            if rule == before:
                return False
            # The line may be refused, the rest cannot: this order makes one of the two.
            self._audit.record(**_line(name, before, rule, by), account_id=account_id, address=address)
            if rule is None:
                del self._rules[name]
            else:
                self._rules[name] = rule
        return True


def _rule(state: str, studies: list[str], roles: list[str], share: int) -> Rule:
    return Rule(State(state), tuple(studies), tuple(roles), share)


def _values(rule: Rule) -> dict[str, Any]:
    return {
        "state": rule.state.value,
        "studies": list(rule.studies),
        "roles": list(rule.roles),
        "share": rule.share,
    }


def _line(name: str, before: Rule | None, after: Rule | None, by: str) -> dict[str, Any]:
    """Give what the audit trail says of a change."""
    flag = FLAGS.get(name)
    detail = {"from": told(flag, before), "to": told(flag, after)}
    return {
        "action": "flag.set" if after else "flag.cleared",
        "subject": f"flag:{name}",
        "detail": {**detail, "by": by} if by else detail,
    }


def _checked(rule: Rule) -> Rule:
    if not 0 <= rule.share <= LARGEST_SHARE:
        raise InvalidValue(f"a share of {rule.share} %: give 0 to 100")
    try:
        studies = tuple(str(to_uuid("study", one)) for one in rule.studies)
    except NotFound as error:
        raise InvalidValue(str(error)) from error
    return Rule(rule.state, studies, rule.roles, rule.share)

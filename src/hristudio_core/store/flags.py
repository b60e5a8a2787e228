"""Feature flags that somebody has set, in PostgreSQL and without it."""

from typing import Protocol

from hristudio_core.flags import Rule, State
from hristudio_core.store._queries import load
from hristudio_core.store.database import Database
from hristudio_core.store.errors import InvalidValue

LARGEST_SHARE = 100


class Flags(Protocol):
    """What is set; the rest has its default."""

    def all(self) -> dict[str, Rule]:
        """Give the rules by the flags' names."""

    def set(self, name: str, rule: Rule) -> None:
        """Set a flag. Raises `InvalidValue`: a study is no id, or the share is no percentage."""

    def clear(self, name: str) -> None:
        """Let a flag have its default again."""


class PostgresFlags:
    """See `Flags`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("flags")

    def all(self) -> dict[str, Rule]:
        """See `Flags.all`."""
        with self._database.connection() as connection:
            rows = connection.execute(self._queries["all"]).fetchall()
        return {
            name: Rule(State(state), tuple(studies), tuple(roles), share)
            for name, state, studies, roles, share in rows
        }

    def set(self, name: str, rule: Rule) -> None:
        """See `Flags.set`."""
        values = {
            "name": name,
            "state": rule.state.value,
            "studies": list(rule.studies),
            "roles": list(rule.roles),
            "share": _share(rule.share),
        }
        with self._database.connection() as connection:
            connection.execute(self._queries["set"], values)

    def clear(self, name: str) -> None:
        """See `Flags.clear`."""
        with self._database.connection() as connection:
            connection.execute(self._queries["clear"], {"name": name})


class MemoryFlags:
    """See `Flags`."""

    def __init__(self) -> None:
        self._rules: dict[str, Rule] = {}

    def all(self) -> dict[str, Rule]:
        """See `Flags.all`."""
        return dict(self._rules)

    def set(self, name: str, rule: Rule) -> None:
        """See `Flags.set`."""
        _share(rule.share)
        for study in rule.studies:
            if study.count("-") != 4:
                raise InvalidValue(f"{study!r} is no study's id")
        self._rules[name] = rule

    def clear(self, name: str) -> None:
        """See `Flags.clear`."""
        self._rules.pop(name, None)


def _share(share: int) -> int:
    if not 0 <= share <= LARGEST_SHARE:
        raise InvalidValue(f"a share of {share} %: give 0 to 100")
    return share

"""Feature flags: parts of the product that are on for some and off for others, changed while everything runs.

A flag is declared here, so that none is misspelt and a forgotten one is found; the database holds only what
somebody has set. A flag decides what is offered. Who may do what, rights decide.
"""

import hashlib
from collections.abc import Collection, Mapping
from enum import Enum

from msgspec import Struct

BUCKETS = 100


class State(str, Enum):
    """For whom a feature is on."""

    ON = "on"
    OFF = "off"
    SOME = "some"


class Flag(Struct, frozen=True):
    """A feature that can be switched; `default` holds where nobody has set anything."""

    name: str
    title: str
    meaning: str
    default: bool


class Rule(Struct, frozen=True):
    """What somebody has set: on, off, or on for some.

    Attributes:
        state: For whom; the rest is of `SOME`, and any of it is enough.
        studies: Ids of studies whose trials it is on for.
        roles: Roles of accounts or in studies.
        share: Percent of the accounts; who is in stays in while it grows.
    """

    state: State
    studies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    share: int = 0

    def __str__(self) -> str:
        """Say for whom, in words."""
        if self.state is not State.SOME:
            return f"{self.state.value} for everybody"
        parts = [f"study {one}" for one in self.studies] + [f"role {one}" for one in self.roles]
        return "on for " + ", ".join([*parts, f"{self.share} % of the accounts"] if self.share else parts)


class Who(Struct, frozen=True):
    """Whom a feature is offered: an account with its roles, in a study or in none."""

    account: str
    roles: Collection[str] = ()
    study: str = ""


FLAGS: Mapping[str, Flag] = {
    flag.name: flag
    for flag in (
        Flag(
            name="camera",
            title="Camera",
            meaning="The robot's pictures on the live page. Off where the network is too weak for them.",
            default=True,
        ),
        Flag(
            name="plots",
            title="Plots",
            meaning="Any topic of the robot as a number and a line on the live page.",
            default=True,
        ),
    )
}


def is_on(flag: Flag, rule: Rule | None, who: Who) -> bool:
    """Tell whether a feature is on for somebody."""
    if rule is None:
        return flag.default
    if rule.state is not State.SOME:
        return rule.state is State.ON
    named = who.study in rule.studies or any(one in rule.roles for one in who.roles)
    return named or bucket(flag.name, who.account) < rule.share


def bucket(flag: str, account: str) -> int:
    """Give an account's place among 100, always the same for one flag and other ones for others."""
    return int.from_bytes(hashlib.sha256(f"{flag} {account}".encode()).digest()[:8], "big") % BUCKETS


def told(flag: Flag | None, rule: Rule | None) -> str:
    """Say for whom a feature is on; None: a flag that this release has no more."""
    if rule is not None:
        return str(rule)
    if flag is None:
        return "nothing"
    return str(Rule(State.ON if flag.default else State.OFF)) + " (default)"

"""What looks suspicious: one rule a kind, over records of the audit trail."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol

from msgspec import Struct

WINDOW = timedelta(hours=1)
"""How long what was refused counts."""
UNKNOWN = "account:unknown"
"""What counts against nobody who is known: an unknown e-mail address, an unknown token."""


class Kind(str, Enum):
    """What looks suspicious."""

    GUESSING = "guessing"
    LOCKED = "locked"
    SPRAYING = "spraying"
    STRANGERS = "strangers"
    SECOND_FACTOR = "second_factor"
    PROOF = "proof"
    ACCESS = "access"
    SPENT = "spent_token"
    UNKNOWN_TOKENS = "unknown_tokens"


class Record(Protocol):
    """A record of the audit trail, as far as it matters here."""

    @property
    def id(self) -> int:
        """Grows from record to record."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def action(self) -> str:
        """What was done."""

    @property
    def object(self) -> str:
        """What it was done to."""

    @property
    def detail(self) -> dict[str, Any]:
        """What else is known."""

    @property
    def address(self) -> str:
        """The network address that it came from."""


class Rule(Struct, frozen=True):
    """When something is suspicious, and what people are told of it.

    Attributes:
        action: The records that count.
        about: Whom or what a record counts against; "" when it does not count.
        least: From how many on in `WINDOW` it is suspicious.
        title: What it is.
        counted: What is counted, in words.
        advice: What to do.
        apart: Whether what it was done to is counted, each once, instead of how often.
    """

    action: str
    about: Callable[[Record], str]
    least: int
    title: str
    counted: str
    advice: str
    apart: bool = False


def _account(record: Record, **wanted: bool) -> str:
    if record.object == UNKNOWN:
        return ""
    fits = all(bool(record.detail.get(name)) == value for name, value in wanted.items())
    return record.object if fits else ""


def _address(record: Record, *, stranger: bool) -> str:
    """Give where a refused sign-in came from; whose code alone was wrong has proved the rest."""
    if not record.address or record.detail.get("second_factor"):
        return ""
    return f"address:{record.address}" if (record.object == UNKNOWN) is stranger else ""


RULES: Mapping[Kind, Rule] = {
    Kind.GUESSING: Rule(
        action="session.refused",
        about=lambda record: _account(record, second_factor=False),
        least=10,
        title="Many refused sign-ins for one account",
        counted="refused sign-ins",
        advice="Ask its owner whether that was them. If it was not, have them set up a second factor.",
    ),
    Kind.LOCKED: Rule(
        action="session.refused",
        about=lambda record: _account(record, locked=True),
        least=1,
        title="An account was locked by wrong passwords",
        counted="sign-ins refused by the lock",
        advice="It opens by itself within a quarter of an hour. Whoever has forgotten their password asks "
        "for a link; if that was somebody else, have them set up a second factor.",
    ),
    Kind.SPRAYING: Rule(
        action="session.refused",
        about=lambda record: _address(record, stranger=False),
        least=5,
        title="Refused sign-ins for many accounts from one network address",
        counted="accounts",
        advice="Somebody may try one password on everybody. Unless many of you share the address, block "
        "it at the proxy or the firewall.",
        apart=True,
    ),
    Kind.STRANGERS: Rule(
        action="session.refused",
        about=lambda record: _address(record, stranger=True),
        least=20,
        title="Many sign-ins with unknown e-mail addresses from one network address",
        counted="refused sign-ins",
        advice="Somebody may look for who has an account. Unless many of you share the address, block "
        "it at the proxy or the firewall.",
    ),
    Kind.SECOND_FACTOR: Rule(
        action="session.refused",
        about=lambda record: _account(record, second_factor=True),
        least=5,
        title="The first factor was right, and the second wrong again and again",
        counted="wrong codes",
        advice="Whoever that is knows the password or has a link. Unless it was the owner of the account, "
        "have them choose a new password at once, and sign their browsers out.",
    ),
    Kind.PROOF: Rule(
        action="session.proof_refused",
        about=_account,
        least=5,
        title="A browser that is signed in could not prove whose it is",
        counted="wrong proofs",
        advice="Somebody may sit at a browser that was left open. Ask its owner, and sign the browsers out.",
    ),
    Kind.ACCESS: Rule(
        action="access.refused",
        about=_account,
        least=30,
        title="Many requests for what an account may not do",
        counted="refused requests",
        advice="A program with too few rights, or somebody who tries what is open to them: the trail says "
        "what was asked for. Unless that is explained, sign its browsers out, or disable it.",
    ),
    Kind.SPENT: Rule(
        action="token.refused",
        about=_account,
        least=1,
        title="A program brings a token that was revoked or has expired",
        counted="refused requests",
        advice="It opens nothing. Either a program was forgotten when its token was replaced, or somebody "
        "has found the old one: the trail says which token, and from where. Its owner knows what ran there.",
    ),
    Kind.UNKNOWN_TOKENS: Rule(
        action="token.refused",
        about=lambda record: _address(record, stranger=True),
        least=30,
        title="Many requests with unknown tokens from one network address",
        counted="refused requests",
        advice="A program with a mistyped token, or somebody who tries some. Unless you know what runs "
        "there, block the address at the proxy or the firewall.",
    ),
}
FACTS = tuple(sorted({rule.action for rule in RULES.values()}))
"""The records that count."""

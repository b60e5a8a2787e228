"""Who may steer: one holder a role, proved by a token, lost when it is not renewed.

The token decides, never the name: names collide, and whoever knows the holder's is not the
holder. Tokens live in this process alone and are never journaled, so after a restart nobody
has one; until a seat is reclaimed or lapses it is kept for the person whom the record names.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace

from hristudio_core.conduct.errors import SeatRefused

TOKEN_BYTES = 24


@dataclass(frozen=True)
class Seat:
    """A seat that somebody holds. ``expires_ns`` is on the monotonic clock.

    ``orphaned``: restored from the record, so nobody has its token yet.
    """

    role: str
    holder: str
    label: str
    token: str
    expires_ns: int
    orphaned: bool = False


class SeatBook:
    """The seats of one trial manager.

    Args:
        ttl_ns: How long a seat is held without being renewed, ns.
    """

    def __init__(self, ttl_ns: int) -> None:
        self._ttl_ns = ttl_ns
        self._seats: dict[str, Seat] = {}

    def holder(self, role: str) -> Seat | None:
        """Give the seat of a role, None when it is free."""
        return self._seats.get(role)

    @property
    def held(self) -> tuple[Seat, ...]:
        """The seats that somebody holds."""
        return tuple(self._seats.values())

    def claim(
        self, role: str, actor: str, label: str, now_ns: int, *, token: str = "", take_over: bool = False
    ) -> Seat:
        """Take a free seat, or with its token one's own again; with ``take_over`` whoever holds it.

        Raises:
            SeatRefused: It is held and the token is not its holder's (``held``), or the actor has no
                name (``illegal``).
        """
        if not actor:
            raise SeatRefused("illegal", "a seat needs an actor: say who you are")
        present = self._seats.get(role)
        if present and not take_over and not _may_reclaim(present, actor, token):
            raise SeatRefused("held", _held(present, actor), present.holder)
        seat = Seat(role, actor, label or actor, secrets.token_urlsafe(TOKEN_BYTES), now_ns + self._ttl_ns)
        self._seats[role] = seat
        return seat

    def restore(self, role: str, holder: str, label: str, now_ns: int) -> None:
        """Keep a seat for whoever held it before a restart, until they claim it or it lapses."""
        if role not in self._seats:
            self._seats[role] = replace(self.claim(role, holder, label, now_ns), orphaned=True)

    def renew(self, token: str, now_ns: int) -> Seat:
        """Hold on to a seat for another while.

        Raises:
            SeatRefused: Nobody holds a seat by this token (any more).
        """
        seat = replace(self.by_token(token), expires_ns=now_ns + self._ttl_ns)
        self._seats[seat.role] = seat
        return seat

    def release(self, token: str) -> Seat:
        """Leave a seat.

        Raises:
            SeatRefused: Nobody holds a seat by this token (any more).
        """
        return self._seats.pop(self.by_token(token).role)

    def by_token(self, token: str) -> Seat:
        """Find the seat that a token stands for.

        Raises:
            SeatRefused: Nobody holds a seat by this token (any more).
        """
        for seat in self._seats.values():
            if _same(seat.token, token):
                return seat
        raise SeatRefused("no_seat", "you do not hold the seat (any more): claim it with trial/seat")

    def expire(self, now_ns: int) -> tuple[Seat, ...]:
        """Free the seats that were not renewed in time, and give them."""
        lapsed = tuple(seat for seat in self._seats.values() if seat.expires_ns <= now_ns)
        for seat in lapsed:
            del self._seats[seat.role]
        return lapsed


def _may_reclaim(seat: Seat, actor: str, token: str) -> bool:
    """Say whether a claim is the holder's own: by the token, or by the name where nobody has the token."""
    return seat.holder == actor and (seat.orphaned or _same(seat.token, token))


def _same(token: str, given: str) -> bool:
    # In constant time, so that a token cannot be guessed letter by letter.
    return bool(given) and hmac.compare_digest(token.encode(), given.encode())


def _held(seat: Seat, actor: str) -> str:
    if seat.holder == actor:
        return (
            f"{seat.label} holds the {seat.role}'s seat already, from another place: "
            "give its token, or take the seat over with a reason"
        )
    return f"{seat.label} holds the {seat.role}'s seat"

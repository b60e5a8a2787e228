"""Long messages in pieces, in both directions (protocol section 3.1.1)."""

from typing import Any

import orjson

from hristudio_bridge.errors import InvalidOperation, LimitExceeded

# unfinished ones of a client; each costs memory besides its text
MAX_KEPT = 100_000
# of a message to a client: who asks for pieces of one character shall not stop the others
MAX_PARTS = 10_000


def split(text: bytes, size: int, key: str) -> tuple[bytes, ...]:
    """Cut a JSON text into fragment messages of `size` characters of data each.

    A text that is not longer than `size` stays as it is; one of more than `MAX_PARTS` gets larger pieces.
    """
    if size <= 0 or len(text) <= size:
        return (text,)
    characters = text.decode()
    if len(characters) <= size:
        return (text,)
    size = max(size, -(-len(characters) // MAX_PARTS))
    parts = [characters[start : start + size] for start in range(0, len(characters), size)]
    return tuple(
        orjson.dumps({"op": "fragment", "id": key, "data": part, "num": number, "total": len(parts)})
        for number, part in enumerate(parts)
    )


class _Pile:
    def __init__(self, total: int, now: float) -> None:
        self.total = total
        self.started = now
        self.parts: dict[int, str] = {}
        self.size = 0


class Reassembly:
    """Puts the fragments of one connection together, in whatever order they come."""

    def __init__(self, max_size: int, max_piles: int, timeout: float) -> None:
        self._max_size, self._max_piles, self._timeout = max_size, max_piles, timeout
        self._piles: dict[Any, _Pile] = {}
        self._size = self._count = 0

    def add(self, key: str | int, data: str, number: int, total: int, now: float) -> str | None:
        """Take a fragment; give the whole text once it is complete.

        Raises:
            InvalidOperation: numbers that cannot be.
            LimitExceeded: too much is unfinished; the pile is dropped.
        """
        if not 0 <= number < total:
            raise InvalidOperation(f"fragment {number} of {total} cannot be")
        pile = self._piles.get(key)
        if pile is None or pile.total != total:
            if pile is None and len(self._piles) >= self._max_piles:
                raise LimitExceeded(f"more than {self._max_piles} messages are unfinished")
            if total > self._max_size:
                raise LimitExceeded(f"{total} fragments are too many")
            if pile is not None:
                self._drop(key)
            pile = self._piles[key] = _Pile(total, now)
        self._count += number not in pile.parts
        grown = len(data) - len(pile.parts.get(number, ""))
        pile.size += grown
        self._size += grown
        pile.parts[number] = data
        if self._size > self._max_size or self._count > MAX_KEPT:
            self._drop(key)
            raise LimitExceeded(
                f"unfinished fragments are more than {MAX_KEPT}, or longer than {self._max_size} characters"
            )
        if len(pile.parts) < total:
            return None
        self._drop(key)
        return "".join(pile.parts[index] for index in range(total))

    def expire(self, now: float) -> list[Any]:
        """Drop what was not finished in time and name it."""
        late = [key for key, pile in self._piles.items() if now - pile.started > self._timeout]
        for key in late:
            self._drop(key)
        return late

    def _drop(self, key: str | int) -> None:
        pile = self._piles.pop(key)
        self._size -= pile.size
        self._count -= len(pile.parts)

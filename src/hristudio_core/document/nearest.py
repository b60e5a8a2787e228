"""Guess what an author meant by an unknown word."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_CANDIDATES = 300
"""Comparing with more would make a hostile file slow, and a guess among so many is worth little."""
_LONGEST_WORD = 60
_FEW = 12


class Nearest(NamedTuple):
    """The nearest known word, empty when none is near."""

    word: str

    @property
    def question(self) -> str:
        """Ask about it, or say nothing."""
        return f"did you mean '{self.word}'?" if self.word else ""


def nearest(word: str, known: Iterable[str], alike: float = 0.6) -> Nearest:
    """Return the known word that is most like the one given, ``alike`` from 0 to 1 at least."""
    if len(word) > _LONGEST_WORD:
        return Nearest("")
    candidates = [one for one, _ in zip(known, range(_MOST_CANDIDATES), strict=False)]
    folded = {one.casefold(): one for one in candidates}
    matches = get_close_matches(word.casefold(), list(folded), n=1, cutoff=alike)
    return Nearest(folded[matches[0]] if matches else "")


def suggestion(word: str, known: Iterable[str]) -> str:
    """Ask about the nearest known word; when none is near name all of them, if they are few."""
    known = sorted(known)
    listed = f"known: {', '.join(known)}" if 0 < len(known) <= _FEW else ""
    return nearest(word, known).question or listed

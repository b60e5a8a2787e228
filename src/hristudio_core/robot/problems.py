"""Problems of a profile file, each with its place and a hint."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in one place of a file; lines and columns count from 1."""

    file: str
    line: int
    column: int
    path: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.path or 'profile'}: {self.message}{hint}"


def did_you_mean(word: str, known: Iterable[str], *, few: bool = True) -> str:
    """Give a hint that names the known word nearest to a misspelt one, or all when they are few."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"known: {', '.join(known)}" if few and 0 < len(known) <= 12 else ""

"""What is wrong with a file: gathered all at once, shown in the order of the file."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

MAX_PROBLEMS = 500
"""Nobody reads more, and a hostile file shall not fill the memory with them."""
MAX_GUESSES = 50
"""Guessing what an unknown word meant is slow; a file with more unknown words is no slip."""


class Severity(str, Enum):
    """Whether a protocol with the problem is refused."""

    ERROR = "error"
    WARNING = "warning"


class Problem(Struct, frozen=True, kw_only=True):
    """One thing that is wrong. Lines and columns count from 1.

    Attributes:
        path: where in the document, such as ``steps[0].do[2].prompt.text``.
        hint: the likely remedy, or empty.
    """

    line: int
    column: int
    message: str
    hint: str = ""
    path: str = ""
    file: str = ""
    severity: Severity = Severity.ERROR

    @property
    def text(self) -> str:
        """What is wrong and how to mend it, without the place."""
        kind = "warning: " if self.severity is Severity.WARNING else ""
        return f"{kind}{self.message}{f' ({self.hint})' if self.hint else ''}"

    def __str__(self) -> str:
        """Write it the way compilers do, so that editors can jump to it."""
        return f"{self.file or '<text>'}:{self.line}:{self.column}: {self.text}"


class Problems:
    """Gathers problems of one file; the same one twice (through an alias) counts once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._found: dict[tuple[int, int, str], Problem] = {}
        self._errors = 0

    def add(
        self,
        spot: tuple[int, int],
        message: str,
        *,
        hint: str = "",
        path: str = "",
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Keep a problem at a (line, column)."""
        if severity is Severity.ERROR:
            self._errors += 1
        if len(self._found) >= MAX_PROBLEMS:
            return
        self._found.setdefault(
            (*spot, message),
            Problem(
                line=spot[0],
                column=spot[1],
                message=message,
                hint=hint,
                path=path,
                file=self._file,
                severity=severity,
            ),
        )

    @property
    def refused(self) -> bool:
        """Whether there is an error among them."""
        return self._errors > 0

    @property
    def guessing(self) -> bool:
        """Whether there are few enough that guesses are still worth their time."""
        return len(self._found) < MAX_GUESSES

    def sorted(self) -> tuple[Problem, ...]:
        """Return them in the order of the file, and at the end how many were left out."""
        found = sorted(
            self._found.values(), key=lambda problem: (problem.line, problem.column, problem.message)
        )
        if len(found) < MAX_PROBLEMS:
            return tuple(found)
        last = found[-1]
        more = Problem(
            line=last.line,
            column=last.column,
            message="too many problems, the rest is not shown",
            file=self._file,
        )
        return (*found, more)

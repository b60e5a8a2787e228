"""What changed between two texts, line by line, as pages and programs show it."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from msgspec import Struct

CONTEXT = 3
MOST_LINES = 2000
"""Comparing longer parts line by line could take minutes; they count as replaced."""
WORDS = {"+": "added", "-": "removed", " ": "same"}


class DiffLine(Struct, frozen=True):
    """A line with its number in the old text, the new one, or both; ``sign`` is ``+``, ``-`` or a blank."""

    sign: str
    old: int | None
    new: int | None
    text: str

    @property
    def word(self) -> str:
        """The sign in a word."""
        return WORDS[self.sign]


class Hunk(Struct, frozen=True):
    """A stretch of lines with what changed in it; ``skipped`` unchanged ones come before it."""

    skipped: int
    lines: tuple[DiffLine, ...]


class Difference(Struct, frozen=True):
    """All that changed; ``rest`` is how many unchanged lines follow the last hunk."""

    hunks: tuple[Hunk, ...]
    rest: int

    def count(self, sign: str) -> int:
        """Count the lines of a sign."""
        return sum(line.sign == sign for hunk in self.hunks for line in hunk.lines)


def difference(old: str, new: str, context: int = CONTEXT) -> Difference:
    """Compare two texts; ``context`` is how many unchanged lines are given around each change."""
    lines = list(_all(old.splitlines(), new.splitlines()))
    near = set[int]()
    for place, line in enumerate(lines):
        if line.sign != " ":
            near.update(range(max(0, place - context), min(len(lines), place + context + 1)))
    hunks, held, skipped = [], list[DiffLine](), 0
    for place, line in enumerate(lines):
        if place in near:
            held.append(line)
            continue
        if held:
            hunks.append(Hunk(skipped, tuple(held)))
            held, skipped = [], 0
        skipped += 1
    if held:
        hunks.append(Hunk(skipped, tuple(held)))
        skipped = 0
    return Difference(tuple(hunks), skipped)


def unified(old: str, new: str, names: tuple[str, str]) -> str:
    """Compare two texts and tell it as `diff -u` does; nothing where they are the same."""
    told = [f"--- {names[0]}", f"+++ {names[1]}"]
    behind, ahead = 0, 0
    for hunk in difference(old, new).hunks:
        behind, ahead = behind + hunk.skipped, ahead + hunk.skipped
        lost = sum(line.sign != "+" for line in hunk.lines)
        got = sum(line.sign != "-" for line in hunk.lines)
        told.append(f"@@ -{_range(behind, lost)} +{_range(ahead, got)} @@")
        told += [f"{line.sign}{line.text}" for line in hunk.lines]
        behind, ahead = behind + lost, ahead + got
    return "\n".join(told) + "\n" if len(told) > 2 else ""


def _range(before: int, count: int) -> str:
    """A stretch as `diff -u` names it: one that is empty stands after a line, others begin at one."""
    return f"{before + 1 if count else before},{count}"


def _all(before: Sequence[str], after: Sequence[str]) -> Iterator[DiffLine]:
    """Every line of both, in order."""
    for sign, old, new in _pairs(before, after):
        text = after[new] if new is not None else before[old or 0]
        yield DiffLine(sign, None if old is None else old + 1, None if new is None else new + 1, text)


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, int | None, int | None]]:
    first = _common(before, after)
    last = _common(before[first:][::-1], after[first:][::-1])
    yield from ((" ", place, place) for place in range(first))
    left, right = before[first : len(before) - last], after[first : len(after) - last]
    for tag, i1, i2, j1, j2 in _opcodes(left, right):
        if tag == "equal":
            yield from ((" ", first + i1 + k, first + j1 + k) for k in range(i2 - i1))
        else:
            yield from (("-", first + k, None) for k in range(i1, i2))
            yield from (("+", None, first + k) for k in range(j1, j2))
    yield from ((" ", len(before) - last + k, len(after) - last + k) for k in range(last))


def _opcodes(left: Sequence[str], right: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    if max(len(left), len(right)) > MOST_LINES:
        return [("replace", 0, len(left), 0, len(right))]
    return SequenceMatcher(None, left, right).get_opcodes()


def _common(left: Sequence[str], right: Sequence[str]) -> int:
    """How many lines at the beginning are the same."""
    count = 0
    for mine, theirs in zip(left, right, strict=False):
        if mine != theirs:
            break
        count += 1
    return count

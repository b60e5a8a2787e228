"""What changed between two texts: patch itself has to find the same."""

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from hristudio_web.difference import MOST_LINES, difference, unified


def rebuilt(old: str, new: str) -> tuple[list[str], list[str]]:
    """Put both texts together again from all their lines."""
    lines = [line for hunk in difference(old, new, 10**6).hunks for line in hunk.lines]
    return (
        [line.text for line in lines if line.sign != "+"],
        [line.text for line in lines if line.sign != "-"],
    )


def test_a_changed_line_stands_between_its_neighbours() -> None:
    (hunk,) = difference("a\nb\nc\nd\ne", "a\nb\nX\nd\ne", 1).hunks
    assert [(line.sign, line.old, line.new, line.text) for line in hunk.lines] == [
        (" ", 2, 2, "b"), ("-", 3, None, "c"), ("+", None, 3, "X"), (" ", 4, 4, "d"),
    ]  # fmt: skip
    assert [line.word for line in hunk.lines] == ["same", "removed", "added", "same"]
    found = difference("a\nb\nc\nd\ne", "a\nb\nX\nd\ne", 1)
    assert (hunk.skipped, found.rest, found.count("+"), found.count("-")) == (1, 1, 1, 1)


def test_the_same_text_has_no_difference() -> None:
    assert difference("a\nb", "a\nb").hunks == ()
    assert unified("a\nb", "a\nb", ("x", "y")) == ""


def test_changes_far_apart_are_hunks_of_their_own() -> None:
    old = [str(number) for number in range(40)]
    new = [*old[:5], "new", *old[5:30], *old[31:]]
    first, second = difference("\n".join(old), "\n".join(new)).hunks
    assert (first.skipped, second.skipped) == (2, 19)
    assert [line.text for line in second.lines if line.sign == "-"] == ["30"]


@pytest.mark.parametrize("seed", range(30))
def test_both_texts_can_be_told_from_the_difference(seed: int) -> None:
    chance = random.Random(seed)
    old = [chance.choice("abcd") for _ in range(chance.randrange(1, 30))]
    new = [chance.choice("abcd") if chance.random() < 0.3 else line for line in old]
    new += chance.choices("xyz", k=chance.randrange(3))
    if old == new:
        new.append("end")
    assert rebuilt("\n".join(old), "\n".join(new)) == (old, new)


@pytest.mark.skipif(shutil.which("patch") is None, reason="patch is not installed")
@pytest.mark.parametrize("seed", range(10))
def test_patch_makes_the_new_text_of_the_old(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    old = [f"{chance.choice('abcd')}{number // 3}" for number in range(60)]
    new = [line for line in old if chance.random() > 0.1]
    new.insert(chance.randrange(len(new)), "new")
    file = tmp_path / "protocol.yaml"
    file.write_text("\n".join(old) + "\n")
    told = unified("\n".join(old), "\n".join(new), ("protocol.yaml", "protocol.yaml"))
    subprocess.run(["patch", "-s", str(file)], input=told, text=True, check=True)
    assert file.read_text().splitlines() == new


def test_huge_texts_are_told_as_replaced_at_once() -> None:
    lines = MOST_LINES + 1
    found = difference("\n".join(["a", *"xy" * lines]), "\n".join(["a", *"yz" * lines]))
    assert (found.count("+"), found.count("-")) == (2 * lines, 2 * lines)

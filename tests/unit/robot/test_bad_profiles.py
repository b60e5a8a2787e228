"""Every bad profile of the folder is refused with all of its problems, each in its place."""

import re
from pathlib import Path

import pytest

from hristudio_core.robot import ProfileInvalidError, load_profile, read_profile

FILES = sorted((Path(__file__).parent / "bad_profiles").glob("*.yaml"))
EXPECT = re.compile(r"^# expect: (.+)$", re.MULTILINE)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_is_refused_with_all_its_problems(file: Path) -> None:
    with pytest.raises(ProfileInvalidError) as refused:
        load_profile(file)
    told = [str(problem).removeprefix(f"{file}:") for problem in refused.value.problems]
    assert sorted(told) == sorted(EXPECT.findall(file.read_text()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[" * 5000, "nested too deeply"),
        ("a: " + "x" * 2_000_001, "the file is too large"),
        ("\x00", "a character that is no text"),
        ("a: !!timestamp 2024", "are not allowed"),
    ],
)
def test_hostile_text_is_refused_quickly(text: str, said: str) -> None:
    with pytest.raises(ProfileInvalidError) as refused:
        read_profile(text)
    assert said in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "binary.yaml"
    file.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ProfileInvalidError, match="1:1: the file is not UTF-8 text"):
        load_profile(file)

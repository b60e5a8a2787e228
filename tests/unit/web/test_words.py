import re
from datetime import datetime, timezone
from pathlib import Path

import pytest
from msgspec.inspect import StructType, type_info

from hristudio_core.engine import facts
from hristudio_web.words import LONGEST, brief, clock_ns, day_time, duration

SCRIPT = Path(__file__).resolve().parents[3] / "src/hristudio_web/static/js/client/words.js"


def test_the_page_has_words_for_every_kind_of_event() -> None:
    words = SCRIPT.read_text().split("const WORDS = {")[1].split("\n};")[0]
    known = set(re.findall(r'^  "?([a-z_.]+)"?: \(', words, re.MULTILINE))
    classes = [value for value in vars(facts).values() if isinstance(value, type)]
    infos = [type_info(one) for one in classes if issubclass(one, facts.Fact) and one is not facts.Fact]
    kinds = {info.tag for info in infos if isinstance(info, StructType)}
    assert kinds - known == set()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "\N{EN DASH}"),
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (184, "3 min 04 s"),
        (3720, "1 h 02 min"),
    ],
)
def test_lengths_of_time(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


def test_moments() -> None:
    moment = datetime(2026, 11, 3, 14, 5, tzinfo=timezone.utc)
    assert day_time(moment) == f"{moment.astimezone():%-d %b %Y, %H:%M}"
    assert day_time(None) == "\N{EN DASH}"
    assert clock_ns(1_000_000_000_123_456_789).endswith(".123")


def test_long_values_are_cut() -> None:
    assert len(brief("x" * 1000)) == LONGEST + 1
    assert brief({"a": "ä"}) == '{"a": "ä"}'

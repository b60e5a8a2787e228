import pytest

from hristudio_core.conduct import hear_object, read_object
from hristudio_core.conduct.objects import MAX_CHARACTERS, MAX_DEPTH
from hristudio_core.engine import decode, encode
from hristudio_core.engine.facts import Marked

HOSTILE = [
    "{",
    "[1]",
    "null",
    '{"x": NaN}',
    '{"x": -Infinity}',
    '{"x": 1e999}',
    '{"x": "\\ud800"}',
    '{"\\udfff": 1}',
    '{"x": ' + "[" * 100_000,
    '{"x": ' + "[" * MAX_DEPTH + "]" * MAX_DEPTH + "}",
    '{"x": "' + "y" * MAX_CHARACTERS + '"}',
    '{"x": ' + "9" * 5000 + "}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_no_record_keeps_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        read_object(text)


@pytest.mark.parametrize("text", ["", "{}", '{"x": [1, 2.5, null, true, "\\u0000\\ud83d\\ude00"]}', *HOSTILE])
def test_whatever_the_robot_tells_can_be_kept(text):
    fact = Marked(path="", label="heard", data=hear_object(text))
    assert decode(*encode(fact)) == fact

"""YAML as it is read here: places of everything, and fewer surprises than YAML 1.1 has."""

from pathlib import Path

import pytest
import yaml

from hristudio_core.document import Mapping, Problems, Scalar, Sequence, _compose, compose, plain
from hristudio_core.protocol import load

EXAMPLES = sorted((Path(__file__).parents[3] / "config" / "protocols").glob("*.yaml"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("010", 10),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1e999", "1e999"),
        ("9007199254740993", "9007199254740993"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("=", "="),
    ],
)
def test_scalar(text, value):
    node = compose(f"a: {text}", Problems(""))
    found = plain(node)["a"]
    assert found == value
    assert type(found) is type(value)


def test_places():
    node = compose("a:\n  - b: 'x'\n    ccc: [1, two]\n", Problems(""))
    assert isinstance(node, Mapping)
    items = node.entries["a"].value
    assert isinstance(items, Sequence)
    inner = items.items[0]
    assert isinstance(inner, Mapping)
    assert inner.entries["ccc"].key.spot() == (3, 5)
    assert [item.spot() for item in inner.entries["ccc"].value.items] == [(3, 11), (3, 14)]


@pytest.mark.parametrize(
    ("text", "offset", "column"),
    [("a: hello", 2, 6), ("a: 'hello'", 2, 7), ('a: "h\\u0065llo"', 2, 4), ("a: >\n  hello", 2, 4)],
)
def test_characters_of_a_text_have_places(text, offset, column):
    node = compose(text, Problems("")).entries["a"].value
    assert isinstance(node, Scalar)
    assert node.spot(offset) == (1, column)


def test_byte_order_mark_and_line_ends():
    node = compose("\ufeffa: 1\r\nb: 2\r\n".encode(), Problems(""))
    assert plain(node) == {"a": 1, "b": 2}
    assert node.entries["b"].key.spot() == (2, 1)


def test_without_libyaml_the_same_is_read(monkeypatch):
    texts = [file.read_bytes() for file in EXAMPLES]
    expected = [load(text).protocol for text in texts]
    monkeypatch.setattr(_compose, "_Loader", yaml.SafeLoader)
    assert [load(text).protocol for text in texts] == expected

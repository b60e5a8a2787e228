"""Field paths and values against types; no ROS is needed for either."""

from types import SimpleNamespace as Message
from typing import Any

import pytest

from hristudio_core.expressions import parse_template
from hristudio_core.robot import FieldError
from hristudio_core.robot.conditions import Conditions, Equals, Near
from hristudio_core.robot.fields import FieldPath, check_scalar

JOINTS = Message(name=["pitch", "yaw"], position=[0.1, 0.7], header=Message(stamp=Message(sec=5)))


@pytest.mark.parametrize(
    ("path", "value"),
    [("header.stamp.sec", 5), ("position[1]", 0.7), ("position[name=yaw]", 0.7), ("name", ["pitch", "yaw"])],
)
def test_reads(path: str, value: Any) -> None:
    assert FieldPath(path).read(JOINTS) == value


@pytest.mark.parametrize("path", ["", ".", "a..b", "a[", "a[-1]", "a[b]", "1a", "a b", "a[name=]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(FieldError, match="no field path"):
        FieldPath(path)


@pytest.mark.parametrize("path", ["velocity", "position[9]", "position[name=roll]", "header[0]", "name.x"])
def test_what_is_not_there_is_told(path: str) -> None:
    with pytest.raises(FieldError) as told:
        FieldPath(path).read(JOINTS)
    assert told.value.path == path


LEGAL: list[tuple[str, Any, Any]] = [
    ("uint8", 255, 255),
    ("int8", -128, -128),
    ("uint8", 3.0, 3),
    ("octet", 7, b"\x07"),
    ("float", 1, 1.0),
    ("double", 1e300, 1e300),
    ("boolean", True, True),
    ("string", "x", "x"),
    ("string<3>", "abc", "abc"),
    ("wstring", "ü", "ü"),
]
ILLEGAL: list[tuple[str, Any, str]] = [
    ("uint8", 256, "out of the range of uint8, 0 to 255"),
    ("uint8", -1, "out of the range"),
    ("int64", 2**63, "out of the range"),
    ("uint8", True, "no whole number"),
    ("uint8", 1.5, "no whole number"),
    ("uint8", "1", "no whole number"),
    ("float", 1e39, "out of the range of float"),
    ("double", "1", "no number"),
    ("double", True, "no number"),
    ("boolean", 1, "neither true nor false"),
    ("string", 1, "no text"),
    ("string<3>", "abcd", "longer than 3"),
    ("sequence<double>", [1], "no scalar type"),
]


@pytest.mark.parametrize(("kind", "value", "expected"), LEGAL)
def test_values_that_fit(kind: str, value: Any, expected: Any) -> None:
    got = check_scalar(kind, value, "here")
    assert (got, type(got)) == (expected, type(expected))


@pytest.mark.parametrize(("kind", "value", "said"), ILLEGAL)
def test_values_that_do_not_fit(kind: str, value: Any, said: str) -> None:
    with pytest.raises(FieldError, match=said):
        check_scalar(kind, value, "here")


def test_conditions_hold_when_all_of_them_do() -> None:
    conditions = Conditions(
        (
            (FieldPath("position[name=yaw]"), Near(parse_template("{{yaw}}"), 0.05)),
            (FieldPath("name[0]"), Equals((parse_template("roll"), parse_template("pitch")))),
        )
    )
    assert conditions.hold(JOINTS, {"yaw": 0.72})
    assert not conditions.hold(JOINTS, {"yaw": 0.8})
    assert Conditions().hold(JOINTS, {})


def test_numbers_that_travelled_as_float32_are_the_same() -> None:
    told = Message(share=0.30000001192092896)
    assert Conditions(((FieldPath("share"), Equals((parse_template(0.3),))),)).hold(told, {})

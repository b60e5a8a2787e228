"""What the profiles of real robots send and read is there in their interfaces (not installed here)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hristudio_core.robot import Profile, load_profile

HERE = Path(__file__).parent
ROBOTS = HERE.parents[2] / "config" / "robots"
VENDORS = yaml.safe_load((HERE / "vendor_interfaces.yaml").read_text())
SENT = {"msg": "message", "srv": "request", "action": "goal"}
INSTALLED = ("std_msgs/", "sensor_msgs/", "nav_msgs/", "geometry_msgs/")


def sent(profile: Profile) -> Iterator[tuple[str, Any]]:
    """Give each interface that is spoken to, with what is sent."""
    for skill in profile.skills.values():
        yield skill.call.interface.type, skill.call.sent.value
    for command in (*profile.stop.topics, *profile.stop.services, *profile.stop.release):
        yield command.interface.type, command.values


def heard(name: str) -> Iterator[tuple[str, str, str]]:
    """Give each field that is read: type, part, path; from the file, for the model keeps less of it."""
    document = yaml.safe_load((ROBOTS / f"{name}.yaml").read_text())
    for watch in document.get("watch", {}).values():
        yield from ((watch["type"], "message", path) for path in watch["fields"])
    for skill in document["skills"].values():
        by = skill["by"]
        if "action" in by:
            yield from (
                (by["type"], "result", path) for path in (*by.get("success", ()), *by.get("result", ()))
            )
            told = [by.get("feedback_detail"), by.get("progress", {}).get("field")]
            yield from ((by["type"], "feedback", path) for path in told if path)


def fit(value: Any, shape: Any, where: str) -> None:
    """Check that every field that is set exists."""
    if isinstance(value, dict):
        assert isinstance(shape, dict), f"{where} has no fields: it is {shape}"
        for name, inner in value.items():
            assert name in shape, f"{where} has no field {name}; it has {', '.join(shape)}"
            fit(inner, shape[name], f"{where}.{name}")
    elif isinstance(value, list):
        assert isinstance(shape, list), f"{where} is no list"
        for inner in value:
            fit(inner, shape[0], f"{where}[]")


@pytest.mark.parametrize("name", ["turtlebot4", "nao6"])
def test_what_is_sent_has_its_fields(name: str) -> None:
    for kind, value in sent(load_profile(ROBOTS / f"{name}.yaml")):
        if not kind.startswith(INSTALLED):
            fit(value, VENDORS[kind][SENT[kind.split("/")[1]]], kind)


@pytest.mark.parametrize("name", ["turtlebot4", "nao6"])
def test_what_is_read_is_there(name: str) -> None:
    for kind, part, path in heard(name):
        if kind.startswith(INSTALLED):
            continue
        shape = VENDORS[kind][part]
        for step in path.split("."):
            field = step.partition("[")[0]
            assert field in shape, f"{kind} {part} has no {path}"
            shape = shape[field][0] if "[" in step else shape[field]

"""The profiles that ship: they are legal, and every skill of theirs makes a plan."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from hristudio_core.robot import Planner, Profile, arguments_schema, load_profile, read_profile
from hristudio_core.robot.profile import ByTopic

ROBOTS = Path(__file__).resolve().parents[3] / "config" / "robots"

NAMES = ("sim", "turtlebot4", "nao6")
BUILT_IN = {"goal_id": "g", "stamp": {"sec": 1, "nanosec": 2}, "robot": "r", "namespace": "/"}


@pytest.fixture(params=NAMES)
def profile(request: pytest.FixtureRequest) -> Profile:
    return load_profile(ROBOTS / f"{request.param}.yaml")


def example(schema: dict[str, Any]) -> dict[str, Any]:
    """Legal arguments: what has no default gets its least or first value."""
    given: dict[str, Any] = {}
    for name in schema["required"]:
        kind = schema["properties"][name]
        if "enum" in kind:
            given[name] = kind["enum"][0]
        elif kind["type"] == "string":
            given[name] = "x" * kind.get("minLength", 1)
        else:
            given[name] = kind["minimum"]
    return given


def test_every_skill_makes_a_plan_from_its_own_schema(profile: Profile) -> None:
    planner = Planner(profile)
    for name, skill in profile.skills.items():
        schema = arguments_schema(skill)
        jsonschema.Draft202012Validator.check_schema(schema)
        plan = planner.plan(name, json.dumps(example(schema)), BUILT_IN)
        assert "{{" not in json.dumps(plan.values)


def test_what_moves_can_be_stopped(profile: Profile) -> None:
    zeroed = {command.interface.name for command in profile.stop.topics if command.repeat}
    moved = {
        skill.call.interface.name
        for skill in profile.skills.values()
        if isinstance(skill.call, ByTopic) and skill.call.repetition
    }
    assert moved
    assert moved <= zeroed


def test_layout_and_comments_do_not_change_the_digest(profile: Profile) -> None:
    text = (ROBOTS / f"{profile.name}.yaml").read_text()
    assert read_profile("# a comment\n" + text + "\n\n").digest == profile.digest
    assert read_profile(text.replace("vendor: ", "vendor: New ")).digest != profile.digest


def test_an_alias_stands_for_what_it_names() -> None:
    text = (ROBOTS / "sim.yaml").read_text().replace("name: sim\n", "name: &robot sim\n", 1)
    assert read_profile(text.replace("vendor: HRIStudio\n", "vendor: *robot\n", 1)).vendor == "sim"


def test_navigation_turns_a_heading_into_a_quaternion() -> None:
    planner = Planner(load_profile(ROBOTS / "turtlebot4.yaml"))
    plan = planner.plan("navigate", '{"x_m": 1, "y_m": 2, "heading_rad": 1.5707963}', BUILT_IN)
    pose = plan.values["pose"]["pose"]
    assert pose["position"] == {"x": 1.0, "y": 2.0}
    assert pose["orientation"]["z"] == pytest.approx(0.70710678)
    assert plan.values["pose"]["header"] == {"frame_id": "map", "stamp": {"sec": 1, "nanosec": 2}}


def test_a_note_splits_its_seconds() -> None:
    planner = Planner(load_profile(ROBOTS / "turtlebot4.yaml"))
    note = planner.plan("note", '{"duration_s": 1.25}', BUILT_IN).values["note_sequence"]["notes"][0]
    assert note["max_runtime"] == {"sec": 1, "nanosec": 250_000_000}

"""config/hristudio.yaml names every parameter of the core nodes, with its default."""

import dataclasses
from typing import Any

import pytest
import yaml

from hristudio_core.nodes.event_logger import EventLoggerParameters
from hristudio_core.nodes.sim import SimParameters
from hristudio_core.nodes.skills.parameters import SkillServerParameters
from hristudio_core.nodes.trial_manager import TrialManagerParameters
from hristudio_core.ops.share import CHECKOUT
from hristudio_core.ops.stack import read_stack

CONFIG = CHECKOUT / "config"
NODES = {
    "sim_robot": SimParameters,
    "skill_server": SkillServerParameters,
    "trial_manager": TrialManagerParameters,
    "event_logger": EventLoggerParameters,
}


def in_file(node: str) -> dict[str, Any]:
    document = yaml.safe_load((CONFIG / "hristudio.yaml").read_text())
    return document[f"/**/{node}"]["ros__parameters"]


@pytest.mark.parametrize("node", NODES)
def test_every_parameter_stands_in_the_file_with_its_default(node: str):
    defaults = {
        field.name: list(field.default) if isinstance(field.default, tuple) else field.default
        for field in dataclasses.fields(NODES[node])
    }
    assert in_file(node) == {"autostart": True, **defaults}


@pytest.mark.parametrize("node", NODES)
def test_types_are_those_that_ros_insists_on(node: str):
    for field in dataclasses.fields(NODES[node]):
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        assert type(in_file(node)[field.name]) is type(default), field.name


def test_the_stack_sets_parameters_that_exist():
    for name, process in read_stack(CONFIG / "stack.yaml").processes.items():
        if name in NODES:
            known = {field.name for field in dataclasses.fields(NODES[name])}
            assert set(process.parameters) <= known

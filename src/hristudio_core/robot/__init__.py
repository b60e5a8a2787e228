"""Robot profiles: what a robot can do, how it is asked, what it may never be asked for."""

from hristudio_core.robot.errors import (
    Code,
    FieldError,
    ProfileInvalidError,
    RefusedError,
    RobotError,
    TypeMissingError,
)
from hristudio_core.robot.load import actions_to_cancel, interfaces, load_profile, read_profile
from hristudio_core.robot.plan import Plan, Planner
from hristudio_core.robot.profile import Interface, Kind, OnPause, Profile, Skill, WhenBusy
from hristudio_core.robot.schema import arguments_schema

__all__ = [
    "Code",
    "FieldError",
    "Interface",
    "Kind",
    "OnPause",
    "Plan",
    "Planner",
    "Profile",
    "ProfileInvalidError",
    "RefusedError",
    "RobotError",
    "Skill",
    "TypeMissingError",
    "WhenBusy",
    "actions_to_cancel",
    "arguments_schema",
    "interfaces",
    "load_profile",
    "read_profile",
]

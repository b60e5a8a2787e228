"""How the whole installation is now, and what its robots can do, for administrators."""

from typing import Any

import msgspec
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from msgspec import Struct

from hristudio_web import system
from hristudio_web.access import Permission
from hristudio_web.api.outline import kind_of
from hristudio_web.errors import OtherSideError
from hristudio_web.gateway import Message
from hristudio_web.guard import needs
from hristudio_web.parts import parts, robot_named

blueprint = Blueprint("system", __name__, url_prefix="/system")
CHECKED = {
    "app": "This process",
    "database": "Database",
    "redis": "Redis",
    "storage": "Recordings' store",
    "personal_key": "Personal key",
    "bridge": "Bridge",
    "event_lag": "Events on their way",
    "disk": "Disk",
}
"""What people call what is checked."""


class Argument(Struct, frozen=True):
    """An argument of a skill, in words."""

    name: str
    kind: str
    required: bool
    words: str


@blueprint.get("")
@needs(Permission.SYSTEM_READ)
def show() -> ResponseReturnValue:
    """Show how everything is now, with system."""
    return render_template(
        "system.html", findings=parts().health.findings(), names=CHECKED,
        process=system.process(), disk=system.disk(), totals=system.totals(),
        robots=[system.robot_now(robot) for robot in parts().robots.values()],
    )  # fmt: skip


@blueprint.get("/robots/<name>")
@needs(Permission.SYSTEM_READ)
def robot(name: str) -> ResponseReturnValue:
    """Show a robot's profile: its skills with their arguments, its cameras, what can be waited for."""
    found = robot_named(name)
    profile, trouble = _profile(found)
    return render_template(
        "robot.html", one=system.robot_now(found), profile=profile, trouble=trouble,
        arguments=_arguments, watch=_object(profile.get("watch", "")),
        cameras=_object(profile.get("cameras", "")),
    )  # fmt: skip


def _profile(found: Any) -> tuple[Message, str]:
    try:
        return found.call("skills/list", {}), ""
    except OtherSideError as error:
        return {}, str(error)


def _arguments(schema: str) -> list[Argument]:
    told = _object(schema)
    required = set(told.get("required", ()))
    return [
        Argument(name, kind_of(value), name in required, str(value.get("description", "")))
        for name, value in told.get("properties", {}).items()
    ]


def _object(text: str) -> dict[str, Any]:
    """Read a JSON object; what is none holds nothing."""
    try:
        return msgspec.json.decode(text or "{}", type=dict[str, Any])
    except msgspec.DecodeError:
        return {}

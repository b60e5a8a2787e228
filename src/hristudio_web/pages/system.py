"""How the whole installation is now, and what its robots can do, for administrators."""

from time import strftime, time
from typing import Any

import msgspec
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from msgspec import Struct

from hristudio_core.media import attachment
from hristudio_web import system, trouble
from hristudio_web.access import Permission
from hristudio_web.api.outline import kind_of
from hristudio_web.errors import BadRequest, OtherSideError
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
    "maintenance": "Maintenance",
    "bridge": "Bridge",
    "event_lag": "Events on their way",
    "disk": "Disk",
}
"""What people call what is checked."""
MINUTES = {"15": "15 minutes", "60": "an hour", "240": "4 hours"}


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
    debug = trouble.debug_now()
    return render_template(
        "system.html", findings=parts().health.findings(), names=CHECKED,
        process=system.process(), disk=system.disk(), totals=system.totals(),
        robots=[system.robot_now(robot) for robot in parts().robots.values()],
        debug=debug, debug_left=debug.left_s(time()) if debug else 0, minutes=MINUTES,
    )  # fmt: skip


@blueprint.post("/debug")
@needs(Permission.SYSTEM_MANAGE)
def switch_debug() -> ResponseReturnValue:
    """Have the processes of this machine log in detail for a while, or as before."""
    given = request.form.get("minutes", "")
    if given == "0":
        trouble.debug_off()
        flash("The log is as before.")
    elif given in MINUTES:
        trouble.debug_on(int(given))
        flash("Everything is logged in detail now. It is over by itself.")
    else:
        raise BadRequest("choose for how long")
    return redirect(url_for("system.show", _anchor="trouble"), 303)


@blueprint.post("/bundle")
@needs(Permission.SYSTEM_MANAGE)
def take_bundle() -> ResponseReturnValue:
    """Make a support bundle and send it."""
    answer = Response(trouble.take_bundle(), mimetype="application/gzip")
    answer.headers["Content-Disposition"] = attachment(
        f"hristudio-support-{strftime('%Y%m%d-%H%M%S')}.tar.gz"
    )
    return answer


@blueprint.get("/robots/<name>")
@needs(Permission.SYSTEM_READ)
def robot(name: str) -> ResponseReturnValue:
    """Show a robot's profile: its skills with their arguments, its cameras, what can be waited for."""
    found = robot_named(name)
    profile, why = _profile(found)
    return render_template(
        "robot.html", one=system.robot_now(found), profile=profile, trouble=why,
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

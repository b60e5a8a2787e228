"""The live trial page: the wizard's cockpit and the observer's view."""

from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_web.access import Permission, rights_at
from hristudio_web.guard import needs, somebody
from hristudio_web.live.commands import stop
from hristudio_web.live.requests import StopRobot
from hristudio_web.parts import parts, people, robot_named
from hristudio_web.scope import anywhere, at_robot

blueprint = Blueprint("live", __name__, url_prefix="/robots")


@blueprint.get("/<name>")
@needs(Permission.TRIAL_WATCH, anywhere)
def cockpit(name: str) -> ResponseReturnValue:
    """Show what the robot does now, without its trial to those who may not watch that."""
    robot = robot_named(name)
    account, relay = somebody(), parts().relays[robot.id]
    page: dict[str, Any] = {
        "robot": robot.id,
        "title": robot.settings.title,
        "namespace": robot.settings.name(""),
        "people": people(),
        "me": {"id": account.id, "name": account.name},
        "stop": url_for("live.stop_robot", name=name),
        "start": url_for("start.choose"),
        "records": url_for("record.all_records"),
        "features": parts().features.of(account, relay.study),
        "may": rights_at(account, relay.study, runs=relay.runs),
    }
    return render_template("live.html", robot=robot, page=page)


@blueprint.post("/<name>/stop")
@needs(Permission.ROBOT_STOP, at_robot)
def stop_robot(name: str) -> ResponseReturnValue:
    """Stop the robot without a socket: the way that is left when the page has lost its own."""
    robot = robot_named(name)
    account = somebody()
    reason = str(request.form.get("reason", ""))[:1000]
    return jsonify(stop(robot, account, StopRobot(robot=name, reason=reason)))

"""Starting a trial: choose a protocol, look at it, say with whom and how, start.

The trial is asked for by the action run_trial and belongs to the robot host from then on:
nothing of it is kept here, and it goes on when this process ends.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import uuid_utils
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.protocol import Protocol
from hristudio_web import plans
from hristudio_web.access import Permission
from hristudio_web.entrance import audit
from hristudio_web.errors import NotFound
from hristudio_web.guard import needs, somebody
from hristudio_web.health import Status
from hristudio_web.parts import parts, robot_named
from hristudio_web.preflight import TICKS, Item, keep, look, missing_ticks, wait_until_heard
from hristudio_web.protocols import ProtocolFile, all_protocols, protocol_folders, protocol_named
from hristudio_web.robot import Goal, refusal
from hristudio_web.start_form import MODES, read_form

blueprint = Blueprint("start", __name__, url_prefix="/start")
BEGIN_S = 5.0
NOT_READY = "Nothing was started: what is marked below keeps a trial from running."


@blueprint.get("")
@needs(Permission.TRIAL_START)
def choose() -> ResponseReturnValue:
    """Show the protocols there are."""
    folders = protocol_folders(parts().settings)
    return render_template("start_choose.html", files=all_protocols(folders), folders=folders)


@blueprint.get("/<name>")
@needs(Permission.TRIAL_START)
def prepare(name: str) -> ResponseReturnValue:
    """Ask with whom and how."""
    plan_id = request.args.get("plan", "")
    given = plans.to_start(plan_id) if plan_id else request.args
    return _form(_protocol(name)[0], given, {})


@blueprint.post("/<name>")
@needs(Permission.TRIAL_START)
def begin(name: str) -> ResponseReturnValue:
    """Start the trial; on trouble, or only to look again, show the form with all that was typed."""
    file, protocol = _protocol(name)
    plan_id = request.form.get("plan", "")
    given = {**request.form, **plans.to_start(plan_id)} if plan_id else request.form
    robot = robot_named(given.get("robot", ""))
    if "look" in given:
        return _form(file, given, {})
    form = read_form(file, protocol, given)
    if missing_ticks(given):
        form.problems["ticks"] = "Tick these, each when it is so. A rehearsal needs none."
    if form.problems:
        return _form(file, given, form.problems), 422
    relay = parts().relays[robot.id]
    wait_until_heard(relay)
    items = look(robot, relay, file, protocol)
    if any(one.status is Status.ERROR for one in items):
        return _form(file, given, {"form": NOT_READY}, items), 409
    goal = {**form.goal, "trial_id": str(uuid_utils.uuid7()), "actor": somebody().id}
    problem = plans.claim(plan_id, goal["trial_id"]) if plan_id else ""
    if not problem:
        asked = robot.start_trial(goal)
        problem = _wait_for_begin(asked, robot.id)
        if problem and plan_id and asked.result.done():
            # Refused: no trial comes of it. Without an answer one may, and the plan waits for it.
            parts().plans.reopen(plan_id)
    if problem:
        return _form(file, given, {"form": problem}, items), 409
    keep(robot, goal["trial_id"], somebody().id, items, given)
    audit("trial.started", somebody().id, f"trial:{goal['trial_id']}", protocol=file.name, robot=robot.id)
    return redirect(url_for("live.cockpit", name=robot.id), 303)


def _wait_for_begin(goal: Goal, robot: str) -> str:
    """Wait until the robot host tells of the trial; give why it does not run, else nothing.

    rosbridge has no word for an accepted goal, so the trial's own state is the proof.
    """
    relay = parts().relays[robot]
    deadline_s = time.monotonic() + BEGIN_S
    while time.monotonic() < deadline_s:
        if relay.wait_for_trial(goal.trial_id, 0.1):
            return ""
        if goal.result.done():
            return refusal(goal)
    return (
        f"The robot host has not answered within {BEGIN_S:g} s. It may start the trial yet: "
        "look at the robot's page before you try again."
    )


def _protocol(name: str) -> tuple[ProtocolFile, Protocol]:
    file = protocol_named(protocol_folders(parts().settings), name)
    if file is None or file.protocol is None:
        raise NotFound("protocol", name)
    return file, file.protocol


def _form(
    file: ProtocolFile,
    given: Mapping[str, Any],
    problems: Mapping[str, str],
    items: Sequence[Item] | None = None,
) -> str:
    robots = parts().robots
    robot = robots.get(given.get("robot", ""), next(iter(robots.values())))
    if items is None and file.protocol is not None:
        items = look(robot, parts().relays[robot.id], file, file.protocol)
    return render_template(
        "start.html", file=file, protocol=file.protocol, given=given, problems=problems, modes=MODES,
        robots=list(robots.values()), robot=robot, items=items, ticks=TICKS,
    )  # fmt: skip

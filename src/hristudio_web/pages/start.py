"""Starting a trial: choose a protocol, look at it, say with whom and how, start.

The trial is asked for by the action run_trial and belongs to the robot host from then on:
nothing of it is kept here, and it goes on when this process ends.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import uuid_utils
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.protocol.model import Parameter, ParameterType
from hristudio_web.access import Permission
from hristudio_web.errors import NotFound
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import parts, robot_named
from hristudio_web.protocols import ProtocolFile, all_protocols, protocol_named
from hristudio_web.robot import Goal, refusal

blueprint = Blueprint("start", __name__, url_prefix="/start")
MODES = ("rehearsal", "pilot", "live")
BEGIN_S = 5.0
LARGEST_SEED = 2**64 - 1
LONGEST_CODE = 64


@blueprint.get("")
@needs(Permission.TRIAL_START)
def choose() -> ResponseReturnValue:
    """Show the protocols there are."""
    folders = parts().settings.protocol_folders
    return render_template("start_choose.html", files=all_protocols(folders), folders=folders)


@blueprint.get("/<name>")
@needs(Permission.TRIAL_START)
def prepare(name: str) -> ResponseReturnValue:
    """Ask with whom and how."""
    return _form(_protocol(name), request.args, {})


@blueprint.post("/<name>")
@needs(Permission.TRIAL_START)
def begin(name: str) -> ResponseReturnValue:
    """Start the trial; on trouble show the form again with all that was typed."""
    file = _protocol(name)
    given = request.form
    robot = robot_named(given.get("robot", ""))
    goal, problems = _goal(file, given)
    if problems:
        return _form(file, given, problems), 422
    problem = _wait_for_begin(robot.start_trial(goal), robot.id)
    if problem:
        return _form(file, given, {"form": problem}), 409
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


def _protocol(name: str) -> ProtocolFile:
    file = protocol_named(parts().settings.protocol_folders, name)
    if file is None or file.protocol is None:
        raise NotFound("protocol", name)
    return file


def _form(file: ProtocolFile, given: Mapping[str, Any], problems: Mapping[str, str]) -> str:
    return render_template(
        "start.html", file=file, protocol=file.protocol, given=given, problems=problems, modes=MODES,
        robots=list(parts().robots.values()),
    )  # fmt: skip


def _goal(file: ProtocolFile, given: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Make the action's goal; give what is wrong, by field."""
    assert file.protocol is not None  # noqa: S101 - the caller has seen to it
    problems: dict[str, str] = {}
    participant, condition, mode = (
        given.get(field, "").strip() for field in ("participant", "condition", "mode")
    )
    if not participant or len(participant) > LONGEST_CODE:
        problems["participant"] = f"Give a code of 1 to {LONGEST_CODE} characters, such as P01. Never a name."
    if file.protocol.conditions and condition not in file.protocol.conditions:
        problems["condition"] = "Choose one of the protocol's conditions."
    if mode not in MODES:
        problems["mode"] = "Choose how this trial counts."
    if given.get("digest", "") != file.digest:
        problems["form"] = (
            "The protocol's file has changed since you opened this page. Look at it again, then start."
        )
    seed = given.get("seed", "").strip() or "0"
    if not seed.isdecimal() or int(seed) > LARGEST_SEED:
        problems["seed"] = "Give a whole number, or leave it empty for a random one."
    parameters = {}
    for name, parameter in file.protocol.parameters.items():
        try:
            value = _parameter(parameter, given.get(f"parameter-{name}", "").strip())
        except ValueError as error:
            problems[f"parameter-{name}"] = str(error)
            continue
        if value is not None:
            parameters[name] = value
    goal = {
        "trial_id": str(uuid_utils.uuid7()), "protocol": file.name, "protocol_yaml": file.text,
        "expected_digest": file.digest, "participant": participant, "condition": condition, "mode": mode,
        "seed": 0 if "seed" in problems else int(seed), "parameters": json.dumps(parameters),
        "actor": somebody().id, "automatic": given.get("automatic") == "on",
    }  # fmt: skip
    return goal, problems


def _parameter(parameter: Parameter, text: str) -> Any:
    """Read a parameter as typed; None leaves it to the protocol."""
    if not text:
        if parameter.required:
            raise ValueError("The protocol needs a value here.")
        return None
    if parameter.type is ParameterType.BOOLEAN:
        return text == "true"
    if parameter.type is ParameterType.STRING:
        return text
    try:
        number = int(text) if parameter.type is ParameterType.INTEGER else float(text)
    except ValueError:
        raise ValueError(
            f"This is not {'a whole' if parameter.type is ParameterType.INTEGER else 'a'} number."
        ) from None
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValueError(
            f"Give a number from {low if low is not None else '…'} to {high if high is not None else '…'}."
        )
    return number

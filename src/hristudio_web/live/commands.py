"""What each Socket.IO event does: one entry an event, with the permission it needs."""

import time
from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

from hristudio_core.store import Account
from hristudio_web.access import Permission
from hristudio_web.errors import BadRequest
from hristudio_web.gateway import Message
from hristudio_web.live import requests
from hristudio_web.live.requests import Request
from hristudio_web.robot import Robot

Run: TypeAlias = Callable[[Robot, Account, Any], Message]


class Command(Struct, frozen=True):
    """An event: who may send it, what it carries, what it does.

    ``urgent`` is never held back.
    """

    permission: Permission
    model: type[Request]
    run: Run
    urgent: bool = False

    def changes(self, asked: Request) -> bool:
        """Tell whether it does something, rather than ask or keep what is held."""
        renewal = isinstance(asked, requests.Seat) and asked.operation == "renew"
        return self.permission is not Permission.TRIAL_WATCH and not renewal


def _clock(robot: Robot, account: Account, request: requests.Clock) -> Message:  # noqa: ARG001 - a command
    return {"accepted": True, "server_ms": time.time_ns() / 1e6, **robot.clock_offset()}


def _skills(robot: Robot, account: Account, request: requests.Skills) -> Message:  # noqa: ARG001 - a command
    return {"accepted": True, **robot.call("skills/list", {})}


def _cameras(robot: Robot, account: Account, request: requests.Cameras) -> Message:  # noqa: ARG001 - a command
    return {"accepted": True, "topics": robot.cameras()}


def _topics(robot: Robot, account: Account, request: requests.Topics) -> Message:  # noqa: ARG001 - a command
    return {"accepted": True, "topics": sorted(robot.plottable())}


def _steps(robot: Robot, account: Account, request: requests.Steps) -> Message:  # noqa: ARG001 - a command
    return {"accepted": True, **robot.call("trial/get_steps", {"trial_id": request.trial})}


def _decide(robot: Robot, account: Account, request: requests.Decide) -> Message:
    return robot.call(
        "trial/decide",
        {
            **_common(account, request),
            "prompt_id": request.prompt,
            "option": request.option,
            "text": request.text,
        },
    )


def _control(robot: Robot, account: Account, request: requests.Control) -> Message:
    if request.command in {"skip", "jump", "abort", "complete"} and not request.reason.strip():
        raise BadRequest(f"say why: {request.command} needs a reason")
    return robot.call(
        "trial/control",
        {
            **_common(account, request),
            "command": request.command,
            "target": request.target,
            "reason": request.reason.strip(),
        },
    )


def _intervene(robot: Robot, account: Account, request: requests.Intervene) -> Message:
    return robot.call(
        "trial/intervene",
        {
            **_common(account, request),
            "intervention": request.intervention,
            "skill": request.skill,
            "arguments": request.arguments,
            "reason": request.reason.strip(),
        },
    )


def _seat(robot: Robot, account: Account, request: requests.Seat) -> Message:
    if request.operation == "take_over" and not request.reason.strip():
        raise BadRequest("say why: taking the seat over needs a reason")
    return robot.call(
        "trial/seat",
        {
            "trial_id": request.trial,
            "operation": request.operation,
            "role": request.role,
            "actor": account.id,
            "label": account.name,
            "seat_token": request.seat,
            "reason": request.reason.strip(),
        },
    )


def _annotate(robot: Robot, account: Account, request: requests.Annotate) -> Message:
    if not request.text.strip() and not request.tags:
        raise BadRequest("write something or choose a tag")
    return robot.call(
        "trial/annotate",
        {
            "trial_id": request.trial,
            "text": request.text.strip(),
            "tags": list(request.tags),
            "from_ns": round(request.from_ms * 1e6),
            "to_ns": round(request.to_ms * 1e6),
            "actor": account.id,
            "client": request.stamps.message(),
        },
    )


def stop(robot: Robot, account: Account, request: requests.StopRobot) -> Message:
    """Stop the robot."""
    return robot.call(
        "robot/stop", {"actor": account.id, "reason": request.reason or "stopped from the page"}
    )


def _release(robot: Robot, account: Account, request: requests.StopRobot) -> Message:
    if not request.reason.strip():
        raise BadRequest("say why: releasing the stop needs a reason")
    return robot.call("robot/release_stop", {"actor": account.id, "reason": request.reason.strip()})


def _common(account: Account, request: requests.Command) -> dict[str, Any]:
    return {
        "trial_id": request.trial,
        "actor": account.id,
        "seat_token": request.seat,
        "client": request.stamps.message(),
    }


COMMANDS: dict[str, Command] = {
    "clock": Command(Permission.TRIAL_WATCH, requests.Clock, _clock),
    "skills": Command(Permission.TRIAL_WATCH, requests.Skills, _skills),
    "cameras": Command(Permission.TRIAL_WATCH, requests.Cameras, _cameras),
    "topics": Command(Permission.TRIAL_WATCH, requests.Topics, _topics),
    "steps": Command(Permission.TRIAL_WATCH, requests.Steps, _steps),
    "decide": Command(Permission.TRIAL_STEER, requests.Decide, _decide),
    "control": Command(Permission.TRIAL_STEER, requests.Control, _control),
    "intervene": Command(Permission.TRIAL_STEER, requests.Intervene, _intervene),
    "seat": Command(Permission.TRIAL_STEER, requests.Seat, _seat),
    "annotate": Command(Permission.TRIAL_ANNOTATE, requests.Annotate, _annotate),
    "stop": Command(Permission.ROBOT_STOP, requests.StopRobot, stop, urgent=True),
    "release": Command(Permission.ROBOT_RELEASE, requests.StopRobot, _release, urgent=True),
}

VIEWS: dict[str, Permission] = {
    "watch": Permission.TRIAL_WATCH,
    "look": Permission.TRIAL_WATCH,
    "plot": Permission.TRIAL_WATCH,
}
"""Events that change what a browser is sent, and reach no robot."""

EVENTS: dict[str, Permission] = {**VIEWS, **{name: command.permission for name, command in COMMANDS.items()}}
"""Every event that a browser may send, with the permission it needs."""

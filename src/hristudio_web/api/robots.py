"""Robots, and what can be asked of them: the commands of the live page, one address each."""

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Blueprint, g
from msgspec import Struct, defstruct
from spectree import Response

from hristudio_web.access import Permission, allowed
from hristudio_web.api.specification import check_body, spec
from hristudio_web.correlation import following
from hristudio_web.errors import Forbidden
from hristudio_web.guard import needs, somebody
from hristudio_web.live import COMMANDS, Command
from hristudio_web.parts import parts, robot_named
from hristudio_web.scope import anywhere, at_robot, of_robots_trial

blueprint = Blueprint("api_robots", __name__, url_prefix="/api/v1/robots")
blueprint.before_request(check_body)
TAGS = ("robots",)


class RobotAnswer(Struct, frozen=True, kw_only=True):
    """A robot: whether it can be reached, and the trial it runs or ran last, for those who may watch it."""

    id: str
    title: str
    namespace: str
    bridge_up: bool
    trial_manager_up: bool
    trial_id: str
    state: dict[str, Any]


class RobotList(Struct, frozen=True):
    """The robots that this dashboard serves."""

    robots: tuple[RobotAnswer, ...]


class CommandAnswer(Struct, frozen=True):
    """What the robot's side said to a command; further fields are those of its ROS service."""

    accepted: bool


@blueprint.get("")
@needs(Permission.TRIAL_WATCH, anywhere)
@spec.validate(resp=Response(HTTP_200=RobotList), tags=TAGS, operation_id="list_robots")
def all_robots() -> RobotList:
    """List the robots."""
    return RobotList(tuple(_answer(name) for name in parts().robots))


@blueprint.get("/<name>")
@needs(Permission.TRIAL_WATCH, anywhere)
@spec.validate(resp=Response(HTTP_200=RobotAnswer), tags=TAGS, operation_id="get_robot")
def one_robot(name: str) -> RobotAnswer:
    """Give a robot, with the newest state of its trial (`hristudio/msg/TrialState`)."""
    return _answer(robot_named(name).id)


def _answer(name: str) -> RobotAnswer:
    robot, relay = parts().robots[name], parts().relays[name]
    shown = allowed(somebody(), Permission.TRIAL_WATCH, relay.study_for(Permission.TRIAL_WATCH))
    return RobotAnswer(
        id=robot.id,
        title=robot.settings.title,
        namespace=robot.settings.name(""),
        bridge_up=robot.gateway.link.up,
        trial_manager_up=relay.heard,
        trial_id=relay.trial_id if shown else "",
        state=relay.state if shown else {},
    )


def _body(name: str, command: Command) -> type[Struct]:
    """Give the model of a command's body: the socket event's, without what address and header name."""
    given = [field for field in msgspec.structs.fields(command.model) if field.name not in {"robot", "id"}]
    fields: list[Any] = [
        (field.name, field.type) if field.required else (field.name, field.type, field.default)
        for field in given
    ]
    return defstruct(
        f"{name.title()}Body", fields, frozen=True, forbid_unknown_fields=True, kw_only=True,
        namespace={"__doc__": command.model.__doc__, "__module__": __name__},
    )  # fmt: skip


def _view(name: str, command: Command) -> Callable[..., Any]:
    body, called = _body(name, command), name

    def view(name: str, json: Any) -> Any:
        robot = robot_named(name)
        asked = command.model(robot=robot.id, **{f: getattr(json, f) for f in json.__struct_fields__})
        account = somebody()
        study = parts().relays[robot.id].study_for(command.permission, getattr(asked, "trial", ""))
        if not allowed(account, command.permission, study):
            raise Forbidden(command.permission.value)
        trial = getattr(asked, "trial", "")
        with following(parts().traces, called, g.request_id, account.id, trial) as done:
            answer = dict(command.run(robot, account, asked))
            done(answer)
        return answer

    view.__annotations__["json"] = body
    view.__name__, view.__doc__ = name, command.model.__doc__
    described = spec.validate(
        resp=Response(HTTP_200=CommandAnswer), tags=TAGS, operation_id=f"robot_{name}", json=body
    )
    stops = command.permission in {Permission.ROBOT_STOP, Permission.ROBOT_RELEASE}
    return needs(command.permission, at_robot if stops else of_robots_trial)(described(view))


for _name, _command in COMMANDS.items():
    blueprint.post(f"/<name>/{_name}", endpoint=_name)(_view(_name, _command))

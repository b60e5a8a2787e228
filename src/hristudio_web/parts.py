"""What pages and the API are made of, and how a view gets at it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app
from flask_limiter import Limiter
from msgspec import Struct

from hristudio_core.store import Sessions, Trials
from hristudio_web.errors import NotFound
from hristudio_web.live import Relay
from hristudio_web.robot import Robot
from hristudio_web.settings import Settings
from hristudio_web.visitors import Visitors

P = ParamSpec("P")
R = TypeVar("R")
NAME = "hristudio"


class Parts(Struct, frozen=True):
    """The parts that the composition root has built."""

    settings: Settings
    sessions: Sessions
    visitors: Visitors
    trials: Trials
    ping: Callable[[], None]
    robots: Mapping[str, Robot]
    relays: Mapping[str, Relay]
    limiter: Limiter


def parts() -> Parts:
    """Give the parts of the application that serves this request."""
    given: Parts = current_app.extensions[NAME]
    return given


def robot_named(name: str) -> Robot:
    """Give a robot by its id in addresses.

    Raises:
        NotFound: there is none.
    """
    robot = parts().robots.get(name)
    if robot is None:
        raise NotFound("robot", name)
    return robot


def limited(rate: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let each address call a view so often only."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def counted(*arguments: P.args, **keywords: P.kwargs) -> R:
            with parts().limiter.limit(rate):
                return view(*arguments, **keywords)

        return counted

    return decorate

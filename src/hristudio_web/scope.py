"""Which study a request is about, so that rights are looked up there."""

from flask import request

from hristudio_web.access import Permission
from hristudio_web.live import Relay
from hristudio_web.parts import parts, robot_named, study_named, trial_named


def anywhere() -> None:
    """Give no study: the view shows what its visitor may see of each."""


def of_study() -> str:
    """Give the study that the address names.

    Raises:
        NotFound: there is no such study.
    """
    return study_named(_named("study_id")).id


def of_trial() -> str:
    """Give the study of the trial that the address names.

    Raises:
        NotFound: there is no such trial.
    """
    return trial_named(_named("trial_id")).study_id


def at_robot() -> str | None:
    """Give the study of the trial that the robot in the address runs; None, any, while it runs none.

    Raises:
        NotFound: there is no such robot.
    """
    return _relay().study_for(Permission.ROBOT_STOP)


def of_robots_trial() -> str | None:
    """Give the study of the trial that the robot in the address runs or ran last; None: there is none.

    Raises:
        NotFound: there is no such robot.
    """
    return _relay().study


def _relay() -> Relay:
    return parts().relays[robot_named(_named("name")).id]


def _named(argument: str) -> str:
    return str((request.view_args or {}).get(argument, ""))

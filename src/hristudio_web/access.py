"""Who may do what: the one table of permissions.

Every route and every Socket.IO event names a permission; nothing else decides.
"""

from enum import Enum

from hristudio_core.store import Role


class Permission(str, Enum):
    """Something that the server checks before it does it."""

    TRIAL_LIST = "trial.list"
    TRIAL_READ = "trial.read"
    TRIAL_EXPORT = "trial.export"
    TRIAL_START = "trial.start"
    TRIAL_WATCH = "trial.watch"
    TRIAL_STEER = "trial.steer"
    TRIAL_ANNOTATE = "trial.annotate"
    ROBOT_STOP = "robot.stop"
    ROBOT_RELEASE = "robot.release"


EVERYBODY = frozenset(Role)
WHO_RUNS = frozenset({Role.ADMINISTRATOR, Role.RESEARCHER, Role.WIZARD})
WHO_STUDIES = frozenset({Role.ADMINISTRATOR, Role.RESEARCHER})

TABLE: dict[Permission, frozenset[Role]] = {
    Permission.TRIAL_LIST: EVERYBODY,
    Permission.TRIAL_READ: EVERYBODY,
    Permission.TRIAL_EXPORT: WHO_STUDIES,
    Permission.TRIAL_START: WHO_RUNS,
    Permission.TRIAL_WATCH: EVERYBODY,
    Permission.TRIAL_STEER: WHO_RUNS,
    Permission.TRIAL_ANNOTATE: EVERYBODY,
    Permission.ROBOT_STOP: WHO_RUNS,
    Permission.ROBOT_RELEASE: WHO_RUNS,
}


def allowed(role: Role, permission: Permission) -> bool:
    """Tell whether a role has a permission."""
    return role in TABLE[permission]

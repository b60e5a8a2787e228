"""Who may do what: the one table of permissions.

Every route and every Socket.IO event names a permission, and where it does something in
a study, that study; nothing else decides. Trials without a study are the Lab bench's.
"""

from enum import Enum

from hristudio_core.ops.settings import SecondFactorPolicy
from hristudio_core.store import LAB_BENCH, Account, Role, StudyRole


class Permission(str, Enum):
    """Something that the server checks before it does it."""

    ACCOUNT_READ = "account.read"
    ACCOUNT_OWN = "account.own"
    ACCOUNT_LIST = "account.list"
    ACCOUNT_MANAGE = "account.manage"
    AUDIT_READ = "audit.read"
    SYSTEM_READ = "system.read"
    SYSTEM_MANAGE = "system.manage"
    FLAG_MANAGE = "flag.manage"
    STUDY_READ = "study.read"
    STUDY_CREATE = "study.create"
    STUDY_MANAGE = "study.manage"
    EXPERIMENT_EDIT = "experiment.edit"
    PROTOCOL_READ = "protocol.read"
    PROTOCOL_EDIT = "protocol.edit"
    PARTICIPANT_LIST = "participant.list"
    PARTICIPANT_EDIT = "participant.edit"
    CONSENT_RECORD = "consent.record"
    PERSONAL_READ = "personal.read"
    PLAN_READ = "plan.read"
    PLAN_EDIT = "plan.edit"
    TRIAL_LIST = "trial.list"
    TRIAL_READ = "trial.read"
    TRIAL_EXPORT = "trial.export"
    TRIAL_START = "trial.start"
    TRIAL_WATCH = "trial.watch"
    TRIAL_STEER = "trial.steer"
    TRIAL_ANNOTATE = "trial.annotate"
    ROBOT_STOP = "robot.stop"
    ROBOT_RELEASE = "robot.release"


ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
WHO_OWNS = ADMINISTRATORS | {StudyRole.OWNER}
WHO_STUDIES = WHO_OWNS | {StudyRole.RESEARCHER}
WHO_RUNS = WHO_STUDIES | {StudyRole.WIZARD}
WHO_WATCHES = WHO_RUNS | {StudyRole.OBSERVER}

TABLE: dict[Permission, frozenset[Role | StudyRole]] = {
    Permission.ACCOUNT_READ: frozenset(Role),
    Permission.ACCOUNT_OWN: frozenset(Role),
    Permission.ACCOUNT_LIST: ADMINISTRATORS,
    Permission.ACCOUNT_MANAGE: ADMINISTRATORS,
    Permission.AUDIT_READ: ADMINISTRATORS,
    Permission.SYSTEM_READ: ADMINISTRATORS,
    Permission.SYSTEM_MANAGE: ADMINISTRATORS,
    Permission.FLAG_MANAGE: ADMINISTRATORS,
    Permission.STUDY_READ: WHO_WATCHES,
    Permission.STUDY_CREATE: WHO_STUDIES,
    Permission.STUDY_MANAGE: WHO_OWNS,
    Permission.EXPERIMENT_EDIT: WHO_STUDIES,
    Permission.PROTOCOL_READ: WHO_WATCHES,
    Permission.PROTOCOL_EDIT: WHO_STUDIES,
    Permission.PARTICIPANT_LIST: WHO_RUNS,
    Permission.PARTICIPANT_EDIT: WHO_STUDIES,
    Permission.CONSENT_RECORD: WHO_RUNS,
    Permission.PERSONAL_READ: WHO_STUDIES,
    Permission.PLAN_READ: WHO_WATCHES,
    Permission.PLAN_EDIT: WHO_STUDIES,
    Permission.TRIAL_LIST: WHO_WATCHES,
    Permission.TRIAL_READ: WHO_WATCHES,
    Permission.TRIAL_EXPORT: WHO_STUDIES,
    Permission.TRIAL_START: WHO_RUNS,
    Permission.TRIAL_WATCH: WHO_WATCHES,
    Permission.TRIAL_STEER: WHO_RUNS,
    Permission.TRIAL_ANNOTATE: WHO_WATCHES,
    Permission.ROBOT_STOP: WHO_RUNS,
    Permission.ROBOT_RELEASE: WHO_RUNS,
}
"""Account roles have a permission in every study, study roles in their own."""


GRANTED_BY_ADMINISTRATORS = frozenset({Permission.PERSONAL_READ})
"""What tokens of administrators alone may do: who answers for the installation lets names leave it."""


RUNNING = frozenset(
    {
        Permission.TRIAL_WATCH,
        Permission.TRIAL_STEER,
        Permission.TRIAL_ANNOTATE,
        Permission.ROBOT_STOP,
        Permission.ROBOT_RELEASE,
    }
)
"""What trials that run need: it is there during a maintenance, too."""


def stays_open(account: Account, permission: Permission) -> bool:
    """Tell whether somebody may change something with a permission while a maintenance is in force."""
    if permission is Permission.TRIAL_START:
        return False
    return permission in RUNNING or account.role is Role.ADMINISTRATOR


def allowed(account: Account, permission: Permission, study: str | None = LAB_BENCH) -> bool:
    """Tell whether somebody has a permission in a study; None: in any one."""
    holders = TABLE[permission]
    if account.role in holders:
        return True
    if study is None:
        return any(role in holders for role in account.memberships.values())
    return account.memberships.get(study) in holders


def for_programs(account: Account, permission: Permission) -> bool:
    """Tell whether a program of somebody's may use a permission that they have and granted to it."""
    return permission not in GRANTED_BY_ADMINISTRATORS or account.role is Role.ADMINISTRATOR


def place(permission: Permission, study: str | None, *, runs: bool) -> str | None:
    """Give the study in which a right at a robot counts; None: in any one.

    Args:
        permission: The right.
        study: Whose trial the robot runs or ran last; None: no trial is known, "": not yet known whose.
        runs: Whether that trial runs.
    """
    if permission is Permission.TRIAL_START:
        return None
    if permission is Permission.ROBOT_STOP and not study:
        return None  # before it is known whose trial it is, a robot is rather stopped than not
    if permission in {Permission.ROBOT_STOP, Permission.ROBOT_RELEASE} and not runs:
        return None
    return study


def rights_at(account: Account, study: str | None, *, runs: bool) -> dict[str, bool]:
    """Tell of each permission whether somebody has it at a robot; see `place`."""
    return {one.value: allowed(account, one, place(one, study, runs=runs)) for one in Permission}


def lacks_second_factor(account: Account, policy: SecondFactorPolicy) -> bool:
    """Tell whether a second factor is asked of somebody who has none."""
    if policy is SecondFactorPolicy.ADMINISTRATORS and account.role is not Role.ADMINISTRATOR:
        return False
    return policy is not SecondFactorPolicy.NOBODY and not account.second_factor


def studies_with(account: Account, permission: Permission) -> frozenset[str] | None:
    """Give the studies in which somebody has a permission; None: in all there are."""
    holders = TABLE[permission]
    if account.role in holders:
        return None
    return frozenset(study for study, role in account.memberships.items() if role in holders)

"""What the store gives and takes: frozen objects, made of rows here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any


class Role(str, Enum):
    """What an account is to the whole installation."""

    ADMINISTRATOR = "administrator"
    MEMBER = "member"


class StudyRole(str, Enum):
    """What an account is in one study."""

    OWNER = "owner"
    RESEARCHER = "researcher"
    WIZARD = "wizard"
    OBSERVER = "observer"


LAB_BENCH = "00000000-0000-7000-8000-000000000001"
"""Id of the study that every trial without an experiment belongs to."""


@dataclass(frozen=True, slots=True)
class Account:
    """A person who may sign in. `memberships` has their roles by the id of the study.

    `second_factor` is whether they have set one up.
    """

    id: str
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None
    memberships: Mapping[str, StudyRole] = field(default_factory=dict, hash=False)
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in. `id` names it; its token cannot be had from it."""

    id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    agent: str


@dataclass(frozen=True, slots=True)
class Expired:
    """How many rows let nobody in any more: sign-in links and invitations, browsers, programs' tokens."""

    links: int = 0
    sessions: int = 0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Credential:
    """An account's password. `failures` counts wrong ones since the last right one."""

    password_hash: str
    changed_at: datetime
    failures: int = 0
    locked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """An account's authenticator. `last_step` is the time step of the last code that was taken."""

    sealed_secret: str
    set_at: datetime
    last_step: int
    failures: int = 0
    locked_until: datetime | None = None
    codes_left: int = 0


@dataclass(frozen=True, slots=True)
class Identity:
    """An account that somebody has elsewhere; `subject` is what the issuer calls them."""

    issuer: str
    subject: str
    email: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of a program; `permissions` is what it may do of what its account may."""

    id: str
    name: str
    permissions: frozenset[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What the stored events of a trial add up to.

    Attributes:
        first_at: Wall clock of the first event that was stored; trials are listed by it.
        event_count: Events stored; less than `head_seq` means a gap.
        head_seq: Sequence number of the newest event.
        head_hash: Hash of the newest event.
        experiment_id: What it belongs to in its study; "" for nothing in particular.
    """

    id: str
    first_at: datetime
    protocol: str = ""
    version: str = ""
    digest: str = ""
    participant: str = ""
    condition: str = ""
    mode: str = ""
    seed: int | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    robot: str = ""
    host: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str = ""
    reason: str = ""
    event_count: int = 0
    head_seq: int = 0
    head_hash: str = ""
    study_id: str = LAB_BENCH
    experiment_id: str = ""


@dataclass(frozen=True, slots=True)
class TrialFilter:
    """Which trials; None means any. `running` is whether the last event is still to come."""

    protocol: str | None = None
    participant: str | None = None
    mode: str | None = None
    outcome: str | None = None
    running: bool | None = None
    studies: frozenset[str] | None = None
    experiment_id: str | None = None


ANY_TRIAL = TrialFilter()


@dataclass(frozen=True, slots=True)
class TrialKey:
    """The place of a trial in the list; the next page begins after it."""

    first_at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class TrialPage:
    """Trials, newest first, and the key to give for the next page; None when this is the last."""

    trials: tuple[Trial, ...]
    next: TrialKey | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is."""

    trials: int
    running: int
    events: int


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One thing that somebody did. `account_id` is None for the system itself."""

    id: int
    at: datetime
    account_id: str | None
    action: str
    object: str
    detail: dict[str, Any]
    address: str


def to_account(**row: Any) -> Account:
    """Make an account of a row."""
    roles = {study: StudyRole(role) for study, role in row["memberships"].items()}
    return Account(**{**row, "id": str(row["id"]), "role": Role(row["role"]), "memberships": roles})


def to_api_token(**row: Any) -> ApiToken:
    """Make a token of a row."""
    return ApiToken(**{**row, "id": str(row["id"]), "permissions": frozenset(row["permissions"])})


def to_trial(**row: Any) -> Trial:
    """Make a trial of a row."""
    seed = row["seed"]
    experiment = row["experiment_id"]
    texts = {
        "id": str(row["id"]),
        "study_id": str(row["study_id"]),
        "experiment_id": str(experiment) if experiment else "",
    }
    return Trial(**{**row, **texts, "seed": None if seed is None else int(seed)})


def to_audit_record(**row: Any) -> AuditRecord:
    """Make an audit record of a row."""
    account = row["account_id"]
    return AuditRecord(**{**row, "account_id": str(account) if account else None})

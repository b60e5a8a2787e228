"""What pages and the API are made of, and how a view gets at it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import current_app
from flask_limiter import Limiter
from msgspec import Struct

from hristudio_core.mail import Mailer, Post
from hristudio_core.media import Media
from hristudio_core.ops.settings import Settings
from hristudio_core.store import (
    Accounts,
    Audit,
    Credentials,
    Experiments,
    Flags,
    Identities,
    Participants,
    Plans,
    Protocols,
    SecondFactors,
    Sessions,
    StoreError,
    Studies,
    Study,
    Tokens,
    Trial,
    Trials,
)
from hristudio_core.store import NotFound as NoRow
from hristudio_telemetry import OFF, Traces
from hristudio_web.analytics import Counting
from hristudio_web.authenticator import Authenticator
from hristudio_web.cache import Cache
from hristudio_web.errors import NotFound
from hristudio_web.features import Features
from hristudio_web.health import Health
from hristudio_web.live import Belonging, Relay
from hristudio_web.lookout import Lookout
from hristudio_web.metrics import Figures
from hristudio_web.notices import NoticeBoard
from hristudio_web.passwords import Passwords
from hristudio_web.persons import PersonSeal
from hristudio_web.providers import Providers
from hristudio_web.refusals import Refusals
from hristudio_web.robot import Robot
from hristudio_web.visitors import Visitors

P = ParamSpec("P")
R = TypeVar("R")
NAME = "hristudio"


class Parts(Struct, frozen=True):
    """The parts that the composition root has built."""

    settings: Settings
    accounts: Accounts
    sessions: Sessions
    visitors: Visitors
    credentials: Credentials
    passwords: Passwords
    factors: SecondFactors
    authenticator: Authenticator
    tokens: Tokens
    identities: Identities
    providers: Providers
    mailer: Mailer | None
    post: Post | None
    audit: Audit
    trials: Trials
    studies: Studies
    protocols: Protocols
    participants: Participants
    plans: Plans
    experiments: Experiments
    persons: PersonSeal
    media: Media
    health: Health
    figures: Figures
    cache: Cache
    robots: Mapping[str, Robot]
    relays: Mapping[str, Relay]
    belonging: Belonging
    flags: Flags
    features: Features
    limiter: Limiter
    notices: NoticeBoard
    refusals: Refusals
    lookout: Lookout
    counting: Counting
    traces: Traces = OFF


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


def study_named(study_id: str) -> Study:
    """Give a study.

    Raises:
        NotFound: there is none of that id.
    """
    try:
        return parts().studies.get(study_id)
    except NoRow:
        raise NotFound("study", study_id) from None


def trial_named(trial_id: str) -> Trial:
    """Give a trial that PostgreSQL has.

    Raises:
        NotFound: it has none of that id.
    """
    try:
        return parts().trials.get(trial_id)
    except NoRow:
        raise NotFound("trial", trial_id) from None


def people() -> dict[str, str]:
    """Names of the accounts by id; none while the database is silent."""
    try:
        return {account.id: account.name for account in parts().accounts.all()}
    except StoreError:
        return {}


def limited(rate: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let each address call a view so often only."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def counted(*arguments: P.args, **keywords: P.kwargs) -> R:
            with parts().limiter.limit(rate):
                return view(*arguments, **keywords)

        counted.rate = rate  # type: ignore[attr-defined]  # for the table of rights in the documentation
        return counted

    return decorate

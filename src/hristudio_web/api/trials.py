"""Trials and their events, for programs."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, request, url_for
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.journal import Entry
from hristudio_core.store import Trial, TrialFilter
from hristudio_web.access import Permission, studies_with
from hristudio_web.api.specification import check_body, spec
from hristudio_web.errors import Unprocessable
from hristudio_web.guard import needs, somebody
from hristudio_web.paging import from_query, to_query
from hristudio_web.parts import parts, trial_named
from hristudio_web.scope import anywhere, of_trial

blueprint = Blueprint("api_trials", __name__, url_prefix="/api/v1/trials")
blueprint.before_request(check_body)
TAGS = ("trials",)


class TrialQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which trials; what is left out is not asked for. ``experiment`` is the id of one."""

    protocol: str | None = None
    participant: str | None = None
    mode: str | None = None
    outcome: str | None = None
    experiment: Annotated[str, Meta(pattern="^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: str | None = None
    id: str | None = None


class EventQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which events of a trial."""

    from_seq: Annotated[int, Meta(ge=1, le=2**53)] = 1
    limit: Annotated[int, Meta(ge=1, le=1000)] = 1000


class TrialAnswer(Struct, frozen=True, kw_only=True):
    """What the stored events of a trial add up to; ``events`` is where they are."""

    id: str
    first_at: datetime
    protocol: str
    version: str
    digest: str
    participant: str
    condition: str
    mode: str
    seed: int | None
    parameters: dict[str, Any]
    robot: str
    host: str
    started_at: datetime | None
    ended_at: datetime | None
    outcome: str
    reason: str
    event_count: int
    head_seq: int
    head_hash: str
    study_id: str
    experiment_id: str
    events: str


class TrialList(Struct, frozen=True):
    """Trials, the newest first; ``next`` is the address of the following page."""

    trials: tuple[TrialAnswer, ...]
    next: str | None


class EventList(Struct, frozen=True):
    """Events in order; ``next`` is the address of the following ones."""

    events: tuple[Entry, ...]
    next: str | None
    last_seq: int


@blueprint.get("")
@needs(Permission.TRIAL_LIST, anywhere)
@spec.validate(resp=Response(HTTP_200=TrialList), tags=TAGS, operation_id="list_trials")
def all_trials(query: TrialQuery) -> TrialList:
    """List trials, the newest first.

    `after` and `id` are the place where a page begins, as `next` of the page before gives them.
    """
    which = TrialFilter(
        protocol=query.protocol,
        participant=query.participant,
        mode=query.mode,
        outcome=query.outcome,
        studies=studies_with(somebody(), Permission.TRIAL_LIST),
        experiment_id=query.experiment,
    )
    try:
        after = from_query(request.args)
    except ValueError:
        raise Unprocessable(["after and id must stand as `next` gives them"]) from None
    page = parts().trials.page(which, after, query.limit)
    following = None
    if page.next is not None:
        place = {**request.args.to_dict(), **to_query(page.next)}
        following = f"{url_for('api_trials.all_trials')}?{urlencode(place)}"
    return TrialList(tuple(_answer(trial) for trial in page.trials), following)


@blueprint.get("/<trial_id>")
@needs(Permission.TRIAL_READ, of_trial)
@spec.validate(resp=Response(HTTP_200=TrialAnswer), tags=TAGS, operation_id="get_trial")
def one_trial(trial_id: str) -> TrialAnswer:
    """Give a trial."""
    return _answer(trial_named(trial_id))


@blueprint.get("/<trial_id>/events")
@needs(Permission.TRIAL_READ, of_trial)
@spec.validate(resp=Response(HTTP_200=EventList), tags=TAGS, operation_id="list_events")
def events(trial_id: str, query: EventQuery) -> EventList:
    """Give events of a trial in order, from `from_seq` on."""
    trial = trial_named(trial_id)
    found = tuple(parts().trials.events(trial.id, query.from_seq, query.limit))
    following = None
    if found and found[-1].seq < trial.head_seq:
        following = url_for(
            "api_trials.events", trial_id=trial.id, from_seq=found[-1].seq + 1, limit=query.limit
        )
    return EventList(found, following, trial.head_seq)


def _answer(trial: Trial) -> TrialAnswer:
    fields = {name: getattr(trial, name) for name in TrialAnswer.__struct_fields__ if name != "events"}
    return msgspec.convert({**fields, "events": url_for("api_trials.events", trial_id=trial.id)}, TrialAnswer)

"""Trials and their events, for programs."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from flask import Blueprint, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Trial, TrialFilter, TrialKey
from hristudio_web.access import Permission
from hristudio_web.errors import BadRequest
from hristudio_web.guard import needs
from hristudio_web.paging import from_query, to_query
from hristudio_web.parts import parts, trial_named

blueprint = Blueprint("api_trials", __name__, url_prefix="/api/v1/trials")
PAGE = 50
LARGEST_PAGE = 200
EVENTS = 1000


@blueprint.get("")
@needs(Permission.TRIAL_LIST)
def all_trials() -> ResponseReturnValue:
    """List trials, the newest first; ``next`` is the address of the following page."""
    given = request.args
    which = TrialFilter(
        protocol=given.get("protocol"),
        participant=given.get("participant"),
        mode=given.get("mode"),
        outcome=given.get("outcome"),
    )
    page = parts().trials.page(which, _after(), _number("limit", PAGE, LARGEST_PAGE))
    following = None
    if page.next is not None:
        place = {**given.to_dict(), **to_query(page.next)}
        following = f"{url_for('api_trials.all_trials')}?{urlencode(place)}"
    return jsonify(trials=[_trial(trial) for trial in page.trials], next=following)


@blueprint.get("/<trial_id>")
@needs(Permission.TRIAL_READ)
def one_trial(trial_id: str) -> ResponseReturnValue:
    """Give a trial."""
    return jsonify(_trial(trial_named(trial_id)))


@blueprint.get("/<trial_id>/events")
@needs(Permission.TRIAL_READ)
def events(trial_id: str) -> ResponseReturnValue:
    """Give events in order, from ``from_seq`` on; ``next`` is the address of the following ones."""
    trial = trial_named(trial_id)
    first = _number("from_seq", 1, 2**53)
    limit = _number("limit", EVENTS, EVENTS)
    found = parts().trials.events(trial.id, first, limit)
    following = None
    if found and found[-1].seq < trial.head_seq:
        following = url_for("api_trials.events", trial_id=trial.id, from_seq=found[-1].seq + 1, limit=limit)
    return jsonify(events=msgspec.to_builtins(found), next=following, last_seq=trial.head_seq)


def _trial(trial: Trial) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(trial)
    return {**fields, "events": url_for("api_trials.events", trial_id=trial.id)}


def _number(name: str, default: int, largest: int) -> int:
    text = request.args.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= largest:
        raise BadRequest(f"{name} must be a whole number from 1 to {largest}")
    return int(text)


def _after() -> TrialKey | None:
    try:
        return from_query(request.args)
    except ValueError:
        raise BadRequest("after and id must stand as `next` gives them") from None

"""The recordings of a trial, to look at and to save."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from hristudio_web.access import Permission
from hristudio_web.guard import needs
from hristudio_web.parts import trial_named
from hristudio_web.recordings import fetch_link, recordings_of
from hristudio_web.scope import of_trial

blueprint = Blueprint("recordings", __name__, url_prefix="/trials/<trial_id>/recordings")


@blueprint.get("")
@needs(Permission.TRIAL_EXPORT, of_trial)
def show(trial_id: str) -> ResponseReturnValue:
    """List them. A page of its own: a store that is slow must not slow the record."""
    trial = trial_named(trial_id)
    return render_template("recordings.html", trial=trial, recordings=recordings_of(trial))


@blueprint.get("/<path:name>")
@needs(Permission.TRIAL_EXPORT, of_trial)
def fetch(trial_id: str, name: str) -> ResponseReturnValue:
    """Lead to where one can be fetched for a while."""
    return redirect(fetch_link(trial_named(trial_id), name), 303)

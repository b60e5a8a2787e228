"""The record of a past trial."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hristudio_web.access import Permission
from hristudio_web.guard import needs
from hristudio_web.parts import parts

blueprint = Blueprint("record", __name__, url_prefix="/trials")


@blueprint.get("")
@needs(Permission.TRIAL_LIST)
def all_records() -> ResponseReturnValue:
    """Records are listed at home."""
    return redirect(url_for("home.home"))


@blueprint.get("/<trial_id>")
@needs(Permission.TRIAL_READ)
def show(trial_id: str) -> ResponseReturnValue:
    """Show a trial."""
    return render_template("failure.html", title=parts().trials.get(trial_id).id)

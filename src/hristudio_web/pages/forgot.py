"""Asking for a new password. The answer is the same for everybody, whether there is an account or not."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from hristudio_web.correspondence import send_reset
from hristudio_web.entrance import audit
from hristudio_web.guard import public
from hristudio_web.parts import limited

blueprint = Blueprint("forgot", __name__, url_prefix="/forgot")


@blueprint.get("")
@public
def ask() -> ResponseReturnValue:
    """Ask for the address; say what to do where no mail can be sent."""
    return render_template("forgot.html", sent_to="")


@blueprint.post("")
@limited("10 per minute")
@public
def send() -> ResponseReturnValue:
    """Send the letter, if there is anybody to send it to."""
    email = request.form.get("email", "").strip()[:254]
    send_reset(email)
    audit("password.reset_asked", None, "account:unknown")
    return render_template("forgot.html", sent_to=email)

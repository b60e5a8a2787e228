"""Signing in by a one-time link, and out.

Opening the link shows a button; only pressing it uses the link up. Mail programs and
chats open links by themselves to preview them, and would otherwise burn them.
"""

import structlog
from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import InvalidToken
from hristudio_web.guard import SESSION, public
from hristudio_web.parts import limited, parts

blueprint = Blueprint("sign_in", __name__)
RATE = "30 per minute"
log = structlog.get_logger(__name__)


@blueprint.get("/sign-in/<token>")
@limited(RATE)
@public
def confirm(token: str) -> ResponseReturnValue:
    """Show a button, whatever the link is worth."""
    return render_template("sign_in.html", token=token)


@blueprint.post("/sign-in/<token>")
@limited(RATE)
@public
def redeem(token: str) -> ResponseReturnValue:
    """Use the link up and sign in."""
    try:
        account = parts().sessions.redeem_link(token)
    except InvalidToken:
        return render_template("link_problem.html"), 410
    # Nothing that was set before somebody proved who they are may live on.
    session.clear()
    session.permanent = True
    session[SESSION] = parts().visitors.open(account, request.user_agent.string[:200])
    log.info("signed in", account=account.id)
    return redirect(url_for("home.home"), 303)


@blueprint.get("/sign-in")
@public
def how() -> ResponseReturnValue:
    """Say how to get a link."""
    return render_template("signed_out.html")


@blueprint.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    """End the session."""
    token = session.get(SESSION)
    session.clear()
    if isinstance(token, str):
        parts().visitors.close(token)
    return redirect(url_for("sign_in.how"), 303)

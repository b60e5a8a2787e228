"""Signing in by password or one-time link, and out.

Opening a link shows a button; only pressing it uses the link up. Mail programs and
chats open links by themselves to preview them, and would otherwise burn them.
"""

from datetime import datetime, timezone

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Account, InvalidToken
from hristudio_web.entrance import audit, let_in, safe_next
from hristudio_web.guard import SESSION, public
from hristudio_web.parts import limited, parts

blueprint = Blueprint("sign_in", __name__)
RATE = "30 per minute"
WRONG = "E-mail or password is wrong. After several wrong ones an account stays locked for some minutes."


@blueprint.get("/sign-in/<token>")
@limited(RATE)
@public
def confirm(token: str) -> ResponseReturnValue:
    """Show a button, whatever the link is worth."""
    return render_template("sign_in_link.html", token=token)


@blueprint.post("/sign-in/<token>")
@limited(RATE)
@public
def redeem(token: str) -> ResponseReturnValue:
    """Use the link up and sign in."""
    try:
        account = parts().sessions.redeem_link(token)
    except InvalidToken:
        return render_template("link_problem.html"), 410
    let_in(account, "link")
    return redirect(url_for("home.home"), 303)


@blueprint.get("/sign-in")
@public
def how() -> ResponseReturnValue:
    """Ask for e-mail and password; say how to get a link."""
    return render_template("sign_in.html", given={"next": request.args.get("next", "")}, problems={})


@blueprint.post("/sign-in")
@limited(RATE)
@public
def enter() -> ResponseReturnValue:
    """Sign in by password."""
    given = request.form
    account = _proved(given.get("email", ""), given.get("password", ""))
    if account is None:
        return render_template("sign_in.html", given=given, problems={"form": WRONG}), 401
    let_in(account, "password")
    return redirect(safe_next(given.get("next", "")), 303)


@blueprint.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    """End the session."""
    token = session.get(SESSION)
    session.clear()
    if isinstance(token, str):
        parts().visitors.close(token)
    return redirect(url_for("sign_in.how"), 303)


def _proved(email: str, password: str) -> Account | None:
    """Give the account whose password it is; says as little, and takes as long, for an unknown one."""
    account = parts().accounts.find(email)
    known = parts().credentials.of(account.id) if account else None
    locked = known is not None and known.locked_until is not None and known.locked_until > _now()
    right = parts().passwords.matches(known.password_hash if known else None, password)
    if account is None or known is None:
        audit("session.refused", None, "account:unknown")
        return None
    if locked or not right or account.disabled_at:
        if not locked:
            parts().credentials.failed(account.id)
        audit("session.refused", None, f"account:{account.id}", locked=locked)
        return None
    parts().credentials.succeeded(account.id)
    if parts().passwords.outdated(known.password_hash):
        parts().credentials.set(account.id, parts().passwords.hash(password))
    return account


def _now() -> datetime:
    return datetime.now(timezone.utc)

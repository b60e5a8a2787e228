"""Signing in by password or one-time link, and out.

Opening a link shows a button; only pressing it uses the link up. Mail programs and
chats open links by themselves to preview them, and would otherwise burn them.
"""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Account, InvalidToken
from hristudio_web.entrance import admit, audit, half_way, let_in, safe_next
from hristudio_web.guard import SESSION, public
from hristudio_web.parts import limited, parts
from hristudio_web.proof import LINK, is_locked, password_right

blueprint = Blueprint("sign_in", __name__)
RATE = "30 per minute"
CODE_RATE = "10 per minute"
WRONG = "E-mail or password is wrong. After several wrong ones an account stays locked for some minutes."
NO_PASSWORDS = "Nobody signs in by a password here. Take another way, or ask for a link."
WRONG_CODE = "That code is not right now. Each works once; after several wrong ones wait some minutes."


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
    return admit(account, LINK, request.args.get("next", ""))


@blueprint.get("/sign-in")
@public
def how() -> ResponseReturnValue:
    """Ask for e-mail and password; say how to get a link."""
    return _form({"next": request.args.get("next", "")}, {})


@blueprint.post("/sign-in")
@limited(RATE)
@public
def enter() -> ResponseReturnValue:
    """Sign in by password."""
    given = request.form
    if not parts().settings.flags.password:
        return _form(given, {"form": NO_PASSWORDS}), 403
    account = _proved(given.get("email", ""), given.get("password", ""))
    if account is None:
        return _form(given, {"form": WRONG}), 401
    return admit(account, "password", given.get("next", ""))


@blueprint.get("/sign-in/code")
@public
def ask_code() -> ResponseReturnValue:
    """Ask who has proved the first factor for the second."""
    if half_way() is None:
        return redirect(url_for("sign_in.how"), 303)
    return render_template("sign_in_code.html", problems={})


@blueprint.post("/sign-in/code")
@limited(CODE_RATE)
@public
def take_code() -> ResponseReturnValue:
    """Sign in by the second factor."""
    half = half_way()
    if half is None:
        return redirect(url_for("sign_in.how"), 303)
    account = parts().accounts.get(half["account"])
    if account.disabled_at or not parts().authenticator.right(account.id, request.form.get("code", "")):
        audit("session.refused", None, f"account:{account.id}", second_factor=True)
        return render_template("sign_in_code.html", problems={"code": WRONG_CODE}), 401
    let_in(account, f"{half['how']} and code")
    return redirect(safe_next(half["next"]), 303)


@blueprint.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    """End the session."""
    token = session.get(SESSION)
    session.clear()
    if isinstance(token, str):
        parts().visitors.close(token)
    return redirect(url_for("sign_in.how"), 303)


def _form(given: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return render_template("sign_in.html", given=given, problems=problems)


def _proved(email: str, password: str) -> Account | None:
    """Give the account whose password it is; says as little, and takes as long, for an unknown one."""
    account = parts().accounts.find(email)
    right = password_right(account, password)
    if account is None:
        audit("session.refused", None, "account:unknown")
        return None
    if not right or account.disabled_at:
        audit("session.refused", None, f"account:{account.id}", locked=is_locked(account))
        return None
    known = parts().credentials.of(account.id)
    if known and parts().passwords.outdated(known.password_hash):
        parts().credentials.set(account.id, parts().passwords.hash(password))
    return account

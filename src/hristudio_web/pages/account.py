"""Somebody's own account: name, password, browsers, tokens of programs."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import NotFound as NoRow
from hristudio_core.store import session_id
from hristudio_web.access import Permission, studies_with
from hristudio_web.correspondence import tell
from hristudio_web.entrance import audit
from hristudio_web.errors import NotFound
from hristudio_web.guard import SESSION, needs, somebody
from hristudio_web.parts import limited, parts
from hristudio_web.passwords import weakness
from hristudio_web.proof import LINK, ask, fresh, password_right, proved_lately, remember

blueprint = Blueprint("account", __name__, url_prefix="/account")
DAYS = (7, 30, 90, 365)
LONGEST_NAME = 100
RATE = "10 per minute"


@blueprint.get("")
@needs(Permission.ACCOUNT_OWN)
def show() -> ResponseReturnValue:
    """Show the account."""
    return _page({}, {})


@blueprint.post("/name")
@needs(Permission.ACCOUNT_OWN)
def rename() -> ResponseReturnValue:
    """Change the name that others see."""
    name = request.form.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        return _page(request.form, {"name": f"A name has 1 to {LONGEST_NAME} characters."})
    account = parts().accounts.change(somebody().id, name=name)
    audit("account.renamed", account.id, f"account:{account.id}")
    return _done("Your name is changed.")


@blueprint.post("/password")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN)
def set_password() -> ResponseReturnValue:
    """Set or change the password; every other browser is signed out."""
    account, given = somebody(), request.form
    known = parts().credentials.of(account.id)
    if not known and not proved_lately():
        return ask(request.path, "", 401)
    # Whoever came by a link has forgotten it, or never had one.
    if known and not proved_lately(LINK) and not password_right(account, given.get("current", "")):
        return _page({}, {"current": "That is not your password."})
    trouble = weakness(given.get("password", ""), (account.name, account.email))
    if trouble:
        return _page({}, {"password": trouble})
    if given.get("password") != given.get("again"):
        return _page({}, {"again": "This is not what stands above."})
    parts().credentials.set(account.id, parts().passwords.hash(given["password"]))
    parts().sessions.void_links(account.id)
    _end_others()
    tell(account, "Your password has been changed, and other browsers are signed out.")
    remember("password")
    audit("account.password_set", account.id, f"account:{account.id}")
    return _done("Your password is set. Other browsers are signed out.")


@blueprint.post("/browsers/end")
@needs(Permission.ACCOUNT_OWN)
def end_others() -> ResponseReturnValue:
    """Sign out every browser but this one."""
    _end_others()
    audit("session.ended_others", somebody().id, f"account:{somebody().id}")
    return _done("All other browsers are signed out.")


@blueprint.post("/browsers/<session_id>/end")
@needs(Permission.ACCOUNT_OWN)
def end_browser(session_id: str) -> ResponseReturnValue:
    """Sign out one browser."""
    parts().sessions.end(somebody().id, session_id)
    parts().visitors.refresh()
    audit("session.ended", somebody().id, f"account:{somebody().id}")
    return _done("That browser is signed out.")


@blueprint.post("/tokens")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN)
@fresh
def make_token() -> ResponseReturnValue:
    """Make a token for a program; it is shown on this page alone, and once."""
    account, given = somebody(), request.form
    chosen = [name for name in given.getlist("permissions") if name in _grantable()]
    problems = {}
    if not 0 < len(given.get("title", "").strip()) <= LONGEST_NAME:
        problems["title"] = "Name it after what will use it."
    if not chosen:
        problems["permissions"] = "Choose what it may do."
    days = given.get("days", type=int)
    if days not in DAYS:
        problems["days"] = "Choose how long it holds."
    if problems or days is None:
        return _page(given, problems)
    token, made = parts().tokens.issue(account.id, given["title"], chosen, timedelta(days=days))
    audit("token.issued", account.id, f"token:{made.id}", permissions=sorted(made.permissions))
    return _page({}, {}, token=token)


@blueprint.post("/tokens/<token_id>/revoke")
@needs(Permission.ACCOUNT_OWN)
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Make a token worthless."""
    try:
        parts().tokens.revoke(somebody().id, token_id)
    except NoRow:
        raise NotFound("token", token_id) from None
    audit("token.revoked", somebody().id, f"token:{token_id}")
    return _done("The token is worth nothing any more.")


def _page(given: Mapping[str, str], problems: dict[str, str], token: str = "") -> ResponseReturnValue:
    account = somebody()
    page = render_template(
        "account.html", given=given, problems=problems, token=token, days=DAYS,
        person=parts().accounts.get(account.id),
        credential=parts().credentials.of(account.id),
        factor=parts().factors.of(account.id),
        identities=parts().identities.of(account.id),
        by_link=proved_lately(LINK),
        browsers=parts().sessions.of(account.id),
        here=session_id(str(session.get(SESSION, ""))),
        tokens=parts().tokens.of(account.id),
        grantable=_grantable(),
        chosen=request.form.getlist("permissions"),
    )  # fmt: skip
    return page, 422 if problems else 200


def _done(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("account.show"), 303)


def _grantable() -> list[str]:
    """Permissions that somebody can hand on to a program: those they have somewhere, not over accounts."""
    account = somebody()
    own = {Permission.ACCOUNT_OWN, Permission.ACCOUNT_MANAGE}
    return [one.value for one in Permission if one not in own and studies_with(account, one) != frozenset()]


def _end_others() -> None:
    account = somebody()
    here = session_id(str(session.get(SESSION, "")))
    for browser in parts().sessions.of(account.id):
        if browser.id != here:
            parts().sessions.end(account.id, browser.id)
    parts().visitors.refresh()

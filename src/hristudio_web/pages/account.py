"""Somebody's own account: name, password, browsers, tokens of programs."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_web import once, own_account
from hristudio_web.access import Permission
from hristudio_web.analytics import forbidden
from hristudio_web.correspondence import tell
from hristudio_web.entrance import audit
from hristudio_web.errors import InvalidFields
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import limited, parts
from hristudio_web.passwords import weakness
from hristudio_web.proof import LINK, ask, fresh, password_right, proved_lately, remember

blueprint = Blueprint("account", __name__, url_prefix="/account")
DAYS = (7, 30, 90, 365)
RATE = "10 per minute"
MADE = "made_for_program"


@blueprint.get("")
@needs(Permission.ACCOUNT_OWN)
def show() -> ResponseReturnValue:
    """Show the account, and once the token that was just made."""
    return _page({}, {}, token=once.take(MADE))


@blueprint.post("/name")
@needs(Permission.ACCOUNT_OWN)
def rename() -> ResponseReturnValue:
    """Change the name that others see."""
    try:
        own_account.rename(request.form.get("name", ""))
    except InvalidFields as error:
        return _page(request.form, error.fields)
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
    own_account.end_other_browsers()
    tell(account, "Your password has been changed, and other browsers are signed out.")
    remember("password")
    audit("account.password_set", account.id, f"account:{account.id}")
    return _done("Your password is set. Other browsers are signed out.")


@blueprint.post("/browsers/end")
@needs(Permission.ACCOUNT_OWN)
def end_others() -> ResponseReturnValue:
    """Sign out every browser but this one."""
    own_account.end_other_browsers()
    return _done("All other browsers are signed out.")


@blueprint.post("/browsers/<session_id>/end")
@needs(Permission.ACCOUNT_OWN)
def end_browser(session_id: str) -> ResponseReturnValue:
    """Sign out one browser."""
    own_account.end_browser(session_id)
    return _done("That browser is signed out.")


@blueprint.post("/tokens")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN)
@fresh
def make_token() -> ResponseReturnValue:
    """Make a token for a program; the next page shows it, once."""
    given = request.form
    days = given.get("days", type=int)
    try:
        token, _ = own_account.issue_token(
            given.get("title", ""), given.getlist("permissions"), days if days in DAYS else None
        )
    except InvalidFields as error:
        return _page(given, error.fields)
    once.keep(MADE, token)
    return redirect(url_for("account.show"), 303)


@blueprint.post("/tokens/<token_id>/revoke")
@needs(Permission.ACCOUNT_OWN)
def revoke_token(token_id: str) -> ResponseReturnValue:
    """Make a token worthless."""
    own_account.revoke_token(token_id)
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
        here=own_account.here(),
        tokens=parts().tokens.of(account.id),
        grantable=own_account.grantable(),
        told_to=_told_to(), untold=forbidden(),
        chosen=request.form.getlist("permissions"),
    )  # fmt: skip
    return page, 422 if problems else 200


def _told_to() -> str:
    """Give who is told how often pages are used; empty when nobody is."""
    if not parts().counting.on:
        return ""
    return urlsplit(parts().settings.telemetry.posthog_host).hostname or ""


def _done(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("account.show"), 303)

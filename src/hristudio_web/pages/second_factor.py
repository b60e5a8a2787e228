"""Setting up the second factor of one's own account."""

from flask import Blueprint, current_app, flash, redirect, render_template, session, url_for
from flask import request as http
from flask.typing import ResponseReturnValue

from hristudio_web import once
from hristudio_web.access import Permission
from hristudio_web.correspondence import tell
from hristudio_web.entrance import audit
from hristudio_web.errors import SealBroken
from hristudio_web.guard import needs, second_factor_missing, somebody
from hristudio_web.parts import limited, parts
from hristudio_web.proof import fresh

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")
DRAFT, CODES = "authenticator", "recovery_codes"
RATE = "10 per minute"


@blueprint.get("")
@needs(Permission.ACCOUNT_OWN, even_without_factor=True)
def show() -> ResponseReturnValue:
    """Show how to set it up, or how it stands; and once the recovery codes that were just made."""
    return _page(codes=once.take(CODES).split())


@blueprint.get("/qr.svg")
@needs(Permission.ACCOUNT_OWN, even_without_factor=True)
def picture() -> ResponseReturnValue:
    """Draw the code that the app scans."""
    drawn = parts().authenticator.picture(_draft(), somebody().email)
    return current_app.response_class(drawn, mimetype="image/svg+xml", headers={"Cache-Control": "no-store"})


@blueprint.post("")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN, even_without_factor=True)
@fresh
def set_up() -> ResponseReturnValue:
    """Take it into use once the app has given a right code; show the recovery codes, once."""
    account = somebody()
    codes = parts().authenticator.set_up(account.id, _draft(), http.form.get("code", ""))
    if codes is None:
        return _page({"code": "That is not the code of now. Is the telephone's clock right?"})
    session.pop(DRAFT, None)
    audit("second_factor.set", account.id, f"account:{account.id}")
    tell(account, "A second factor has been added.")
    parts().visitors.refresh()
    return _show_once(codes)


@blueprint.post("/codes")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN, even_without_factor=True)
@fresh
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, once."""
    account = somebody()
    if parts().factors.of(account.id) is None:
        return redirect(url_for("second_factor.show"), 303)
    codes = parts().authenticator.renew_codes(account.id)
    audit("second_factor.codes_renewed", account.id, f"account:{account.id}")
    return _show_once(codes)


@blueprint.post("/remove")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN, even_without_factor=True)
@fresh
def remove() -> ResponseReturnValue:
    """Sign in without it from now on."""
    account = somebody()
    parts().factors.remove(account.id)
    audit("second_factor.removed", account.id, f"account:{account.id}")
    tell(account, "Your second factor has been turned off.")
    parts().visitors.refresh()
    flash("Signing in asks for no code any more.")
    return redirect(url_for("account.show"), 303)


def _show_once(codes: list[str]) -> ResponseReturnValue:
    once.keep(CODES, " ".join(codes))
    return redirect(url_for("second_factor.show"), 303)


def _draft() -> str:
    """Give the secret that this browser is setting up, sealed; make it where there is none."""
    draft = session.get(DRAFT)
    try:
        parts().authenticator.secret(str(draft))
    except SealBroken:
        draft = session[DRAFT] = parts().authenticator.draft()
    return str(draft)


def _page(problems: dict[str, str] | None = None, codes: list[str] | None = None) -> ResponseReturnValue:
    known = parts().factors.of(somebody().id)
    made, draft = parts().authenticator, "" if known else _draft()
    page = render_template(
        "second_factor.html", known=known, codes=codes or [], problems=problems or {},
        secret=made.secret(draft) if draft else "",
        link=made.address(draft, somebody().email) if draft else "",
        asked=known is None and second_factor_missing(),
    )  # fmt: skip
    return page, 422 if problems else 200

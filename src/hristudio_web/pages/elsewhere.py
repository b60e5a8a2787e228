"""Signing in by an account elsewhere, and linking such accounts to one's own.

An account that signs nobody in yet signs in whoever has its verified address here. There
is no way in for strangers: an administrator invites people first.
"""

import time

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Account, AlreadyExists
from hristudio_core.store import NotFound as NoRow
from hristudio_web.access import Permission
from hristudio_web.correspondence import outside, tell
from hristudio_web.entrance import admit, audit
from hristudio_web.errors import NotFound
from hristudio_web.guard import needs, public, somebody, visitor
from hristudio_web.parts import limited, parts
from hristudio_web.proof import fresh
from hristudio_web.providers import Person

blueprint = Blueprint("elsewhere", __name__)
RATE = "30 per minute"
WANTED, LINKING = "elsewhere_next", "elsewhere_link"
LINKING_S = 300


@blueprint.get("/sign-in/with/<provider>")
@limited(RATE)
@public
def leave(provider: str) -> ResponseReturnValue:
    """Send the browser to the provider."""
    session[WANTED] = request.args.get("next", "")
    return parts().providers.begin(provider, outside(url_for("elsewhere.come_back", provider=provider)))


@blueprint.get("/sign-in/with/<provider>/back")
@limited(RATE)
@public
def come_back(provider: str) -> ResponseReturnValue:
    """Take whom the provider has sent back: sign in, or link."""
    person = parts().providers.finish(provider)
    linking, wanted = session.pop(LINKING, None), str(session.pop(WANTED, ""))
    account = visitor()
    if account and linking and _fits(linking, provider, account):
        return _link(account, person)
    found = _account_of(person)
    if found is None:
        audit("session.refused", None, "account:unknown", how=provider)
        return render_template("elsewhere_stranger.html", email=person.email), 403
    return admit(found, provider, wanted)


@blueprint.post("/account/elsewhere/<provider>")
@needs(Permission.ACCOUNT_OWN)
@fresh
def begin_link(provider: str) -> ResponseReturnValue:
    """Show the way to the provider.

    A link, and no redirect: the policy of our pages lets no form lead elsewhere.
    """
    title = next((one.title for one in parts().providers.all() if one.name == provider), None)
    if title is None:
        raise NotFound("provider", provider)
    session[LINKING] = {"provider": provider, "account": somebody().id, "at": int(time.time())}
    return render_template("elsewhere_link.html", provider=provider, title=title)


@blueprint.post("/account/elsewhere/unlink")
@needs(Permission.ACCOUNT_OWN)
@fresh
def unlink() -> ResponseReturnValue:
    """Let an account elsewhere sign in no more."""
    account, subject = somebody(), request.form.get("subject", "")
    try:
        parts().identities.unlink(account.id, request.form.get("issuer", ""), subject)
    except NoRow:
        raise NotFound("account elsewhere", subject) from None
    audit("identity.unlinked", account.id, f"account:{account.id}", issuer=request.form["issuer"])
    tell(account, "An account elsewhere signs you in no more.")
    flash("That account signs you in no more.")
    return redirect(url_for("account.show"), 303)


def _fits(linking: dict[str, object], provider: str, account: Account) -> bool:
    lately = 0 <= time.time() - int(str(linking["at"])) < LINKING_S
    return lately and (linking["provider"], linking["account"]) == (provider, account.id)


def _link(account: Account, person: Person) -> ResponseReturnValue:
    try:
        parts().identities.link(account.id, person.issuer, person.subject, person.email)
    except AlreadyExists:
        flash("That account signs somebody in already.")
        return redirect(url_for("account.show"), 303)
    audit("identity.linked", account.id, f"account:{account.id}", issuer=person.issuer)
    tell(account, f"An account at {person.issuer} signs you in now.")
    flash("That account signs you in now.")
    return redirect(url_for("account.show"), 303)


def _account_of(person: Person) -> Account | None:
    """Give whom an account elsewhere signs in; by its verified address when it comes the first time."""
    known = parts().identities.whose(person.issuer, person.subject)
    account = parts().accounts.get(known) if known else None
    if account is None and person.email:
        account = parts().accounts.find(person.email)
        if account and not account.disabled_at:
            parts().identities.link(account.id, person.issuer, person.subject, person.email)
            audit("identity.linked", account.id, f"account:{account.id}", issuer=person.issuer)
            tell(account, f"An account at {person.issuer} with your address signs you in now.")
    return None if account is None or account.disabled_at else account

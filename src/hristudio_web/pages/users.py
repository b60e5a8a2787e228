"""People who may sign in, for administrators."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import LAB_BENCH, Account, AlreadyExists, InvalidValue, Role, StudyRole
from hristudio_core.store import NotFound as NoRow
from hristudio_web.access import Permission
from hristudio_web.correspondence import invite as send_invitation
from hristudio_web.correspondence import sign_in_link, tell
from hristudio_web.entrance import audit
from hristudio_web.errors import NotFound, Unprocessable
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import parts
from hristudio_web.proof import fresh

blueprint = Blueprint("users", __name__, url_prefix="/users")
NOTHING = "none"
ROLES = (Role.ADMINISTRATOR.value, *(role.value for role in StudyRole), NOTHING)
LONGEST = 200
LATELY = timedelta(days=1)


@blueprint.get("")
@needs(Permission.ACCOUNT_MANAGE)
def all_users() -> ResponseReturnValue:
    """List the accounts, those that fit what is looked for."""
    return _page({}, {})


@blueprint.post("")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def invite() -> ResponseReturnValue:
    """Make an account, and the link by which its owner signs in first."""
    given = request.form
    name = given.get("name", "").strip()[:LONGEST] or given.get("email", "").strip()
    role = given.get("role", "")
    if role not in ROLES:
        return _page(given, {"role": "Choose what they may do."})
    try:
        account = parts().accounts.create(given.get("email", ""), name, Role.MEMBER)
    except AlreadyExists:
        return _page(given, {"email": "There is an account with this address already."})
    except InvalidValue:
        return _page(given, {"email": "This is no e-mail address."})
    _give_role(account, role)
    audit("account.invited", somebody().id, f"account:{account.id}", role=role)
    trouble = send_invitation(account, somebody().name)
    if not trouble:
        return _done(f"An invitation is on its way to {account.email}.")
    return _page({}, {}, link=_link(account), whose=account, trouble=trouble if parts().mailer else "")


@blueprint.post("/<account_id>/role")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def set_role(account_id: str) -> ResponseReturnValue:
    """Change what somebody may do."""
    account, role = _named(account_id), request.form.get("role", "")
    if role not in ROLES:
        raise Unprocessable(["choose what they may do"])
    if account.id == somebody().id:
        raise Unprocessable(["nobody changes what they may do themselves: ask another administrator"])
    _give_role(account, role)
    parts().visitors.refresh()
    audit("account.role_changed", somebody().id, f"account:{account.id}", role=role)
    return _done(f"{account.name} is {_words(role)} now.")


@blueprint.post("/<account_id>/disable")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def disable(account_id: str) -> ResponseReturnValue:
    """Keep somebody out: browsers are signed out, links and tokens are worth nothing."""
    account = _named(account_id)
    if account.id == somebody().id:
        raise Unprocessable(["nobody locks themselves out: ask another administrator"])
    parts().accounts.change(account.id, disabled=True)
    parts().sessions.close_all(account.id)
    parts().visitors.refresh()
    audit("account.disabled", somebody().id, f"account:{account.id}")
    return _done(f"{account.name} cannot sign in any more.")


@blueprint.post("/<account_id>/enable")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def enable(account_id: str) -> ResponseReturnValue:
    """Let somebody in again."""
    account = parts().accounts.change(_named(account_id).id, disabled=False)
    audit("account.enabled", somebody().id, f"account:{account.id}")
    return _done(f"{account.name} can sign in again.")


@blueprint.post("/<account_id>/second-factor/remove")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def remove_second_factor(account_id: str) -> ResponseReturnValue:
    """Let somebody sign in without their second factor, which they have lost."""
    account = _named(account_id)
    parts().factors.remove(account.id)
    audit("second_factor.removed", somebody().id, f"account:{account.id}")
    tell(account, "An administrator has turned your second factor off.")
    return _done(f"{account.name} signs in without a second factor now.")


@blueprint.post("/<account_id>/link")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def make_link(account_id: str) -> ResponseReturnValue:
    """Make a link by which somebody signs in once."""
    account = _named(account_id)
    audit("account.link_made", somebody().id, f"account:{account.id}")
    return _page({}, {}, link=_link(account), whose=account)


def role_of(account: Account) -> str:
    """Say what somebody is: administrator, or what they are at the lab bench."""
    if account.role is Role.ADMINISTRATOR:
        return Role.ADMINISTRATOR.value
    role = account.memberships.get(LAB_BENCH)
    return role.value if role else NOTHING


def _give_role(account: Account, role: str) -> None:
    accounts = parts().accounts
    administrator = role == Role.ADMINISTRATOR.value
    accounts.change(account.id, role=Role.ADMINISTRATOR if administrator else Role.MEMBER)
    if role in {one.value for one in StudyRole}:
        accounts.join(account.id, LAB_BENCH, role)
    else:
        accounts.leave(account.id, LAB_BENCH)


def _page(
    given: Mapping[str, str],
    problems: dict[str, str],
    link: str = "",
    whose: Account | None = None,
    trouble: str = "",
) -> ResponseReturnValue:
    wanted = request.args.get("q", "").strip().lower()[:LONGEST]
    found = [one for one in parts().accounts.all() if wanted in f"{one.name} {one.email}".lower()]
    page = render_template(
        "users.html", given=given, problems=problems, link=link, whose=whose, trouble=trouble,
        users=found, wanted=wanted, roles=ROLES, role_of=role_of, words=_words,
        refused=parts().audit.counts("session.refused", LATELY), locked=parts().credentials.locked(),
        two_factor=parts().factors.holders(),
    )  # fmt: skip
    return page, 422 if problems else 200


def _link(account: Account) -> str:
    return sign_in_link(parts().sessions.issue_link(account.id))


def _words(role: str) -> str:
    if role == NOTHING:
        return "without a role at the lab bench"
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _named(account_id: str) -> Account:
    try:
        return parts().accounts.get(account_id)
    except NoRow:
        raise NotFound("account", account_id) from None


def _done(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("users.all_users"), 303)

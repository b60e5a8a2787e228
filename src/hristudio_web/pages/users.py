"""People who may sign in, for administrators."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Account
from hristudio_web import membership
from hristudio_web.access import Permission
from hristudio_web.errors import InvalidFields
from hristudio_web.guard import needs
from hristudio_web.membership import NOTHING, ROLES, account_named, role_of
from hristudio_web.parts import parts
from hristudio_web.proof import fresh

blueprint = Blueprint("users", __name__, url_prefix="/users")
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
    try:
        account, trouble = membership.invite(
            given.get("email", ""), given.get("name", ""), given.get("role", "")
        )
    except InvalidFields as error:
        return _page(given, error.fields)
    if not trouble:
        return _done(f"An invitation is on its way to {account.email}.")
    link = membership.make_link(account)
    return _page({}, {}, link=link, whose=account, trouble=trouble if parts().mailer else "")


@blueprint.post("/<account_id>/role")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def set_role(account_id: str) -> ResponseReturnValue:
    """Change what somebody may do."""
    account = membership.set_role(account_named(account_id), request.form.get("role", ""))
    return _done(f"{account.name} is {_words(role_of(account))} now.")


@blueprint.post("/<account_id>/disable")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def disable(account_id: str) -> ResponseReturnValue:
    """Keep somebody out: browsers are signed out, links and tokens are worth nothing."""
    account = membership.disable(account_named(account_id))
    return _done(f"{account.name} cannot sign in any more.")


@blueprint.post("/<account_id>/enable")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def enable(account_id: str) -> ResponseReturnValue:
    """Let somebody in again."""
    account = membership.enable(account_named(account_id))
    return _done(f"{account.name} can sign in again.")


@blueprint.post("/<account_id>/sign-out")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def sign_out(account_id: str) -> ResponseReturnValue:
    """Sign every browser of somebody out."""
    account = account_named(account_id)
    membership.sign_out(account)
    return _done(f"Every browser of {account.name} is signed out.")


@blueprint.post("/<account_id>/second-factor/remove")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def remove_second_factor(account_id: str) -> ResponseReturnValue:
    """Let somebody sign in without their second factor, which they have lost."""
    account = account_named(account_id)
    membership.remove_second_factor(account)
    return _done(f"{account.name} signs in without a second factor now.")


@blueprint.post("/<account_id>/link")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
def make_link(account_id: str) -> ResponseReturnValue:
    """Make a link by which somebody signs in once."""
    account = account_named(account_id)
    return _page({}, {}, link=membership.make_link(account), whose=account)


def _page(
    given: Mapping[str, str],
    problems: dict[str, str],
    link: str = "",
    whose: Account | None = None,
    trouble: str = "",
) -> ResponseReturnValue:
    wanted = request.args.get("q", "")
    page = render_template(
        "users.html", given=given, problems=problems, link=link, whose=whose, trouble=trouble,
        users=membership.looked_for(wanted), wanted=wanted, roles=ROLES, role_of=role_of, words=_words,
        refused=parts().audit.counts("session.refused", LATELY), locked=parts().credentials.locked(),
        two_factor=parts().factors.holders(),
    )  # fmt: skip
    return page, 422 if problems else 200


def _words(role: str) -> str:
    if role == NOTHING:
        return "without a role at the lab bench"
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"


def _done(words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("users.all_users"), 303)

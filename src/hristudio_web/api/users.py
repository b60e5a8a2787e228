"""Accounts, for administrators' programs: a token reads them, changes ask for a browser and a fresh proof."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.store import Account
from hristudio_web import membership
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, nothing, spec
from hristudio_web.guard import needs
from hristudio_web.membership import account_named, role_of
from hristudio_web.parts import parts
from hristudio_web.proof import fresh

blueprint = Blueprint("api_users", __name__, url_prefix="/api/v1/users")
blueprint.before_request(check_body)
TAGS = ("users",)
Line = Annotated[str, Meta(max_length=200)]
Address = Annotated[str, Meta(max_length=254, extra_json_schema={"format": "email"})]
Place = Literal["administrator", "owner", "researcher", "wizard", "observer", "none"]


class UserQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which accounts: those with these words in name or address."""

    q: Line = ""


class UserAnswer(Struct, frozen=True, kw_only=True):
    """An account. ``role`` is administrator, or what they are at the lab bench, or none."""

    id: str
    email: str
    name: str
    role: str
    memberships: dict[str, str]
    second_factor: bool
    locked: bool
    created_at: datetime
    disabled_at: datetime | None


class UserList(Struct, frozen=True):
    """Accounts, by address."""

    users: tuple[UserAnswer, ...]


class NewUser(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody to invite; ``role`` as in the answers."""

    email: Address
    role: Place
    name: Line = ""


class UserChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    role: Place | None = None
    disabled: bool | None = None


class Invited(Struct, frozen=True):
    """A new account; ``link`` is to be handed over where no letter could be sent, and is told here alone."""

    user: UserAnswer
    link: str | None


class LinkAnswer(Struct, frozen=True):
    """A link that signs somebody in once, within the hour."""

    link: str


@blueprint.get("")
@needs(Permission.ACCOUNT_LIST)
@spec.validate(resp=Response(HTTP_200=UserList), tags=TAGS, operation_id="list_users")
def all_users(query: UserQuery) -> UserList:
    """List the accounts."""
    locked = parts().credentials.locked()
    return UserList(tuple(_answer(one, locked) for one in membership.looked_for(query.q)))


@blueprint.post("")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
@spec.validate(resp=Response(HTTP_201=Invited), tags=TAGS, operation_id="invite_user")
def invite(json: NewUser) -> Any:
    """Make an account, and write to its owner."""
    account, trouble = membership.invite(json.email, json.name, json.role)
    link = membership.make_link(account) if trouble else None
    return Invited(_answer(account, frozenset()), link), 201


@blueprint.get("/<account_id>")
@needs(Permission.ACCOUNT_LIST)
@spec.validate(resp=Response(HTTP_200=UserAnswer), tags=TAGS, operation_id="get_user")
def one_user(account_id: str) -> UserAnswer:
    """Give an account."""
    return _answer(account_named(account_id), parts().credentials.locked())


@blueprint.patch("/<account_id>")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
@spec.validate(resp=Response(HTTP_200=UserAnswer), tags=TAGS, operation_id="change_user")
def change(account_id: str, json: UserChange) -> UserAnswer:
    """Change what somebody may do, keep them out, or let them in again. Nobody does so to themselves."""
    account = account_named(account_id)
    if json.role is not None:
        account = membership.set_role(account, json.role)
    if json.disabled is not None:
        account = membership.disable(account) if json.disabled else membership.enable(account)
    return _answer(account, parts().credentials.locked())


@blueprint.post("/<account_id>/link")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
@spec.validate(resp=Response(HTTP_201=LinkAnswer), tags=TAGS, operation_id="make_link")
def make_link(account_id: str) -> Any:
    """Make a link by which somebody signs in once."""
    return LinkAnswer(membership.make_link(account_named(account_id))), 201


@blueprint.delete("/<account_id>/sessions")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="sign_user_out")
def sign_out(account_id: str) -> Any:
    """Sign every browser of somebody out."""
    membership.sign_out(account_named(account_id))
    return nothing()


@blueprint.delete("/<account_id>/second-factor")
@needs(Permission.ACCOUNT_MANAGE)
@fresh
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="remove_second_factor")
def remove_second_factor(account_id: str) -> Any:
    """Let somebody sign in without their second factor, which they have lost."""
    membership.remove_second_factor(account_named(account_id))
    return nothing()


def _answer(one: Account, locked: frozenset[str]) -> UserAnswer:
    return UserAnswer(
        id=one.id,
        email=one.email,
        name=one.name,
        role=role_of(one),
        memberships={study: role.value for study, role in one.memberships.items()},
        second_factor=one.second_factor,
        locked=one.id in locked,
        created_at=one.created_at,
        disabled_at=one.disabled_at,
    )

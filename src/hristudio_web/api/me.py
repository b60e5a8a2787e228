"""One's own account, for programs: who one is, signed-in browsers, tokens.

A token reads this; what would let its finder stay asks for a browser's session.
"""

from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.store import ApiToken
from hristudio_web import own_account
from hristudio_web.access import Permission, studies_with
from hristudio_web.api.specification import check_body, nothing, spec
from hristudio_web.entrance import audit
from hristudio_web.errors import InvalidFields
from hristudio_web.guard import granted, needs, somebody
from hristudio_web.own_account import LONGEST_DAYS
from hristudio_web.parts import limited, parts
from hristudio_web.proof import fresh, proves, remember

blueprint = Blueprint("api_me", __name__, url_prefix="/api/v1/me")
blueprint.before_request(check_body)
TAGS = ("me",)
RATE = "10 per minute"
Line = Annotated[str, Meta(max_length=200)]


class MeAnswer(Struct, frozen=True, kw_only=True):
    """An account; ``memberships`` has roles by study, ``permissions`` what the sender may do somewhere."""

    id: str
    email: str
    name: str
    role: str
    memberships: dict[str, str]
    permissions: tuple[str, ...]
    second_factor: bool
    created_at: datetime


class MeChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change."""

    name: Line


class Proof(Struct, frozen=True, forbid_unknown_fields=True):
    """The password; where there is none, a code of the second factor."""

    proof: Line


class SessionAnswer(Struct, frozen=True, kw_only=True):
    """A browser that is signed in; ``here`` is whether it sends this request."""

    id: str
    agent: str
    here: bool
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


class SessionList(Struct, frozen=True):
    """Browsers, the last seen first."""

    sessions: tuple[SessionAnswer, ...]


class TokenAnswer(Struct, frozen=True, kw_only=True):
    """A token of a program, without the token itself."""

    id: str
    title: str
    permissions: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class TokenList(Struct, frozen=True):
    """Tokens, the oldest first; ``grantable`` is what a new one may be given."""

    tokens: tuple[TokenAnswer, ...]
    grantable: tuple[str, ...]


class NewToken(Struct, frozen=True, forbid_unknown_fields=True):
    """A token to make."""

    title: Line
    permissions: Annotated[tuple[Permission, ...], Meta(min_length=1, max_length=100)]
    days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS)] = 30


class MadeToken(Struct, frozen=True):
    """A new token; ``secret`` is told here alone."""

    secret: str
    token: TokenAnswer


@blueprint.get("")
@needs(Permission.ACCOUNT_READ, even_without_factor=True)
@spec.validate(resp=Response(HTTP_200=MeAnswer), tags=TAGS, operation_id="get_me")
def show() -> MeAnswer:
    """Say who sends this, and what they may do."""
    return _me()


@blueprint.patch("")
@needs(Permission.ACCOUNT_OWN)
@spec.validate(resp=Response(HTTP_200=MeAnswer), tags=TAGS, operation_id="change_me")
def change(json: MeChange) -> MeAnswer:
    """Change the name that others see."""
    own_account.rename(json.name)
    return _me()


@blueprint.post("/proof")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN)
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="prove")
def prove(json: Proof) -> Any:
    """Prove who one is: for a quarter of an hour this browser may make what asks for a fresh proof."""
    account = somebody()
    if not proves(account, json.proof):
        audit("session.proof_refused", account.id, f"account:{account.id}")
        raise InvalidFields({"proof": "That is not right."})
    remember("proof")
    return nothing()


@blueprint.get("/sessions")
@needs(Permission.ACCOUNT_READ)
@spec.validate(resp=Response(HTTP_200=SessionList), tags=TAGS, operation_id="list_sessions")
def sessions() -> SessionList:
    """List the browsers that are signed in."""
    here = own_account.here()
    return SessionList(
        tuple(
            SessionAnswer(
                id=one.id,
                agent=one.agent,
                here=one.id == here,
                created_at=one.created_at,
                last_seen_at=one.last_seen_at,
                expires_at=one.expires_at,
            )
            for one in parts().sessions.of(somebody().id)
        )
    )


@blueprint.delete("/sessions")
@needs(Permission.ACCOUNT_OWN)
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="end_other_sessions")
def end_others() -> Any:
    """Sign out every browser but this one."""
    own_account.end_other_browsers()
    return nothing()


@blueprint.delete("/sessions/<session_id>")
@needs(Permission.ACCOUNT_OWN)
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="end_session")
def end_session(session_id: str) -> Any:
    """Sign out one browser; one that is signed out already stays so."""
    own_account.end_browser(session_id)
    return nothing()


@blueprint.get("/tokens")
@needs(Permission.ACCOUNT_READ)
@spec.validate(resp=Response(HTTP_200=TokenList), tags=TAGS, operation_id="list_tokens")
def tokens() -> TokenList:
    """List the tokens of programs."""
    listed = tuple(_token(one) for one in parts().tokens.of(somebody().id))
    return TokenList(listed, tuple(own_account.grantable()))


@blueprint.post("/tokens")
@limited(RATE)
@needs(Permission.ACCOUNT_OWN)
@fresh
@spec.validate(resp=Response(HTTP_201=MadeToken), tags=TAGS, operation_id="make_token")
def make_token(json: NewToken) -> Any:
    """Make a token for a program."""
    secret, made = own_account.issue_token(json.title, [one.value for one in json.permissions], json.days)
    return MadeToken(secret, _token(made)), 201


@blueprint.delete("/tokens/<token_id>")
@needs(Permission.ACCOUNT_OWN)
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="revoke_token")
def revoke_token(token_id: str) -> Any:
    """Make a token worthless."""
    own_account.revoke_token(token_id)
    return nothing()


def _me() -> MeAnswer:
    account = parts().accounts.get(somebody().id)
    return MeAnswer(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role.value,
        memberships={study: role.value for study, role in account.memberships.items()},
        permissions=tuple(
            one.value for one in Permission if granted(one) and studies_with(account, one) != frozenset()
        ),
        second_factor=account.second_factor,
        created_at=account.created_at,
    )


def _token(one: ApiToken) -> TokenAnswer:
    return TokenAnswer(
        id=one.id,
        title=one.name,
        permissions=tuple(sorted(one.permissions)),
        created_at=one.created_at,
        expires_at=one.expires_at,
        last_used_at=one.last_used_at,
    )

"""The audit trail, for programs."""

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Blueprint, request, url_for
from msgspec import Meta, Struct
from spectree import Response

from hristudio_web.access import Permission
from hristudio_web.api.specification import spec
from hristudio_web.guard import needs
from hristudio_web.parts import parts

blueprint = Blueprint("api_audit", __name__, url_prefix="/api/v1/audit")
TAGS = ("audit",)
Line = Annotated[str, Meta(max_length=200)]


class AuditQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which records; ``action`` is how it begins, such as "session.", ``address`` a network address."""

    account: Line | None = None
    object: Line | None = None
    action: Line | None = None
    address: Line | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    before: Annotated[int, Meta(ge=1, le=2**53)] | None = None


class AuditAnswer(Struct, frozen=True, kw_only=True):
    """Something that somebody did; no account: the system itself, or nobody who is known."""

    id: int
    at: datetime
    account: str | None
    action: str
    object: str
    detail: dict[str, Any]
    address: str


class AuditList(Struct, frozen=True):
    """Records, the newest first; ``next`` is the address of the following page."""

    records: tuple[AuditAnswer, ...]
    next: str | None


@blueprint.get("")
@needs(Permission.AUDIT_READ)
@spec.validate(resp=Response(HTTP_200=AuditList), tags=TAGS, operation_id="list_audit")
def show(query: AuditQuery) -> AuditList:
    """List what was done, newest first."""
    found = parts().audit.page(
        account_id=query.account,
        subject=query.object,
        action=query.action,
        address=query.address,
        before=query.before,
        limit=query.limit + 1,
    )
    page, following = found[: query.limit], None
    if len(found) > query.limit:
        place = {**request.args.to_dict(), "before": page[-1].id}
        following = f"{url_for('api_audit.show')}?{urlencode(place)}"
    return AuditList(
        tuple(
            AuditAnswer(
                id=one.id,
                at=one.at,
                account=one.account_id,
                action=one.action,
                object=one.object,
                detail=one.detail,
                address=one.address,
            )
            for one in page
        ),
        following,
    )

"""The debug mode, for programs of administrators."""

from datetime import datetime, timezone
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_telemetry import Debug
from hristudio_web import trouble
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, nothing, spec
from hristudio_web.guard import needs

blueprint = Blueprint("api_system", __name__, url_prefix="/api/v1/system")
blueprint.before_request(check_body)
TAGS = ("system",)


class DebugBody(Struct, frozen=True, forbid_unknown_fields=True):
    """For how long processes log in detail, in minutes."""

    minutes: Annotated[int, Meta(ge=1, le=trouble.LONGEST_MINUTES)] = 15


class DebugAnswer(Struct, frozen=True, kw_only=True):
    """Whether processes of this machine log in detail; ``processes``: which; empty: all."""

    on: bool
    until: datetime | None = None
    by: str = ""
    processes: tuple[str, ...] = ()


@blueprint.get("/debug")
@needs(Permission.SYSTEM_READ)
@spec.validate(resp=Response(HTTP_200=DebugAnswer), tags=TAGS, operation_id="get_debug")
def get() -> DebugAnswer:
    """Say whether the processes of this machine log in detail, and how long."""
    return _answer(trouble.debug_now())


@blueprint.put("/debug")
@needs(Permission.SYSTEM_MANAGE)
@spec.validate(resp=Response(HTTP_200=DebugAnswer), tags=TAGS, operation_id="set_debug")
def put(json: DebugBody) -> DebugAnswer:
    """Have the processes of this machine log in detail for a while."""
    return _answer(trouble.debug_on(json.minutes))


@blueprint.delete("/debug")
@needs(Permission.SYSTEM_MANAGE)
@spec.validate(resp=Response(HTTP_204=None), tags=TAGS, operation_id="end_debug")
def delete() -> Any:
    """Have them log as before."""
    trouble.debug_off()
    return nothing()


def _answer(debug: Debug | None) -> DebugAnswer:
    if debug is None:
        return DebugAnswer(on=False)
    until = datetime.fromtimestamp(debug.until_s, timezone.utc)
    return DebugAnswer(on=True, until=until, by=debug.by, processes=debug.processes)

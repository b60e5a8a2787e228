"""Feature flags, for programs of administrators."""

from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.flags import FLAGS, Flag, Rule, State
from hristudio_web import switching
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, spec
from hristudio_web.features import flag_named
from hristudio_web.guard import needs
from hristudio_web.parts import parts

blueprint = Blueprint("api_flags", __name__, url_prefix="/api/v1/flags")
blueprint.before_request(check_body)
TAGS = ("flags",)
Line = Annotated[str, Meta(max_length=100)]


class RuleBody(Struct, frozen=True, forbid_unknown_fields=True):
    """For whom a feature is on; studies, roles and a share of the accounts go with ``some``."""

    state: State
    studies: Annotated[tuple[Line, ...], Meta(max_length=100)] = ()
    roles: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    share: Annotated[int, Meta(ge=0, le=100)] = 0


class FlagAnswer(Struct, frozen=True, kw_only=True):
    """A feature; ``rule`` is null where it has its default."""

    name: str
    title: str
    meaning: str
    default: bool
    rule: RuleBody | None


class FlagList(Struct, frozen=True):
    """All features that can be switched."""

    flags: tuple[FlagAnswer, ...]


@blueprint.get("")
@needs(Permission.FLAG_MANAGE)
@spec.validate(resp=Response(HTTP_200=FlagList), tags=TAGS, operation_id="list_flags")
def all_flags() -> FlagList:
    """List the features that can be switched."""
    return FlagList(tuple(_answer(flag, rule) for flag, rule in switching.rules()))


@blueprint.put("/<flag>")
@needs(Permission.FLAG_MANAGE)
@spec.validate(resp=Response(HTTP_200=FlagAnswer), tags=TAGS, operation_id="set_flag")
def put(flag: str, json: RuleBody) -> FlagAnswer:
    """Switch a feature for everybody or for some."""
    rule = Rule(json.state, json.studies, json.roles, json.share)
    switching.switch(flag, rule)
    return _answer(FLAGS[flag], parts().flags.all().get(flag))


@blueprint.delete("/<flag>")
@needs(Permission.FLAG_MANAGE)
@spec.validate(resp=Response(HTTP_200=FlagAnswer), tags=TAGS, operation_id="clear_flag")
def delete(flag: str) -> Any:
    """Let a feature have its default again."""
    switching.switch(flag_named(flag), None)
    return _answer(FLAGS[flag], None)


def _answer(flag: Flag, rule: Rule | None) -> FlagAnswer:
    given = RuleBody(rule.state, rule.studies, rule.roles, rule.share) if rule else None
    return FlagAnswer(
        name=flag.name, title=flag.title, meaning=flag.meaning, default=flag.default, rule=given
    )

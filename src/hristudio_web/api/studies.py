"""Studies and their teams, for programs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.store import Member, Study, StudyFilter, StudyOrder
from hristudio_web import studies
from hristudio_web.access import Permission, studies_with
from hristudio_web.api.specification import check_body, nothing, spec
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import parts, study_named
from hristudio_web.scope import anywhere, of_study

blueprint = Blueprint("api_studies", __name__, url_prefix="/api/v1/studies")
blueprint.before_request(check_body)
TAGS = ("studies",)
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=4000)]
Address = Annotated[str, Meta(max_length=254, extra_json_schema={"format": "email"})]
Place = Literal["owner", "researcher", "wizard", "observer"]


class StudyQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which studies: with these words in name or description; ``after``: where the page before ended."""

    q: Line = ""
    archived: bool = False
    order: Literal["name", "newest"] = "name"
    after: Line | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class StudyAnswer(Struct, frozen=True, kw_only=True):
    """A study, with how many people are in its team and how many trials it has."""

    id: str
    name: str
    description: str
    created_at: datetime
    archived_at: datetime | None
    members: int
    trials: int


class StudyList(Struct, frozen=True):
    """Some studies; ``next`` is what to give as ``after`` for the rest."""

    studies: tuple[StudyAnswer, ...]
    next: str | None


class NewStudy(Struct, frozen=True, forbid_unknown_fields=True):
    """A study to make; who makes it owns it."""

    name: Line
    description: Text = ""


class StudyChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    name: Line | None = None
    description: Text | None = None
    archived: bool | None = None


class MemberAnswer(Struct, frozen=True, kw_only=True):
    """Somebody in a team."""

    account_id: str
    name: str
    email: str
    role: str
    disabled: bool


class TeamList(Struct, frozen=True):
    """A team: owners first."""

    team: tuple[MemberAnswer, ...]


class NewMember(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody with an account to add to the team."""

    email: Address
    role: Place


class MemberChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody in the team is from now on."""

    role: Place


@blueprint.get("")
@needs(Permission.STUDY_READ, anywhere)
@spec.validate(resp=Response(HTTP_200=StudyList), tags=TAGS, operation_id="list_studies")
def all_studies(query: StudyQuery) -> StudyList:
    """List the studies that you work on."""
    seen = studies_with(somebody(), Permission.STUDY_READ)
    which = StudyFilter(query.q, query.archived, seen, StudyOrder(query.order))
    after = None if query.after is None else study_named(query.after).id
    page = parts().studies.page(which, after, query.limit)
    return StudyList(tuple(_answer(one) for one in page.studies), page.next)


@blueprint.post("")
@needs(Permission.STUDY_CREATE, anywhere)
@spec.validate(resp=Response(HTTP_201=StudyAnswer), tags=TAGS, operation_id="create_study")
def create(json: NewStudy) -> Any:
    """Make a study."""
    return _answer(studies.create(json.name, json.description)), 201


@blueprint.get("/<study_id>")
@needs(Permission.STUDY_READ, of_study)
@spec.validate(resp=Response(HTTP_200=StudyAnswer), tags=TAGS, operation_id="get_study")
def one_study(study_id: str) -> StudyAnswer:
    """Give a study."""
    return _answer(study_named(study_id))


@blueprint.patch("/<study_id>")
@needs(Permission.STUDY_MANAGE, of_study)
@spec.validate(resp=Response(HTTP_200=StudyAnswer), tags=TAGS, operation_id="change_study")
def change(study_id: str, json: StudyChange) -> StudyAnswer:
    """Call a study something else, describe it anew, put it aside, or take it up again."""
    study = study_named(study_id)
    if json.name is not None or json.description is not None:
        name = study.name if json.name is None else json.name
        study = studies.change(
            study, name, study.description if json.description is None else json.description
        )
    if json.archived is not None:
        study = studies.archive(study) if json.archived else studies.take_up(study)
    return _answer(study)


@blueprint.get("/<study_id>/team")
@needs(Permission.STUDY_READ, of_study)
@spec.validate(resp=Response(HTTP_200=TeamList), tags=TAGS, operation_id="list_team")
def team(study_id: str) -> TeamList:
    """List a study's team."""
    return TeamList(tuple(_member(one) for one in parts().studies.team(study_named(study_id).id)))


@blueprint.post("/<study_id>/team")
@needs(Permission.STUDY_MANAGE, of_study)
@spec.validate(resp=Response(HTTP_201=MemberAnswer), tags=TAGS, operation_id="add_member")
def add_member(study_id: str, json: NewMember) -> Any:
    """Give somebody who has an account a role in a study."""
    return _member(studies.add_member(study_named(study_id), json.email, json.role)), 201


@blueprint.put("/<study_id>/team/<account_id>")
@needs(Permission.STUDY_MANAGE, of_study)
@spec.validate(resp=Response(HTTP_200=MemberAnswer), tags=TAGS, operation_id="set_member_role")
def set_role(study_id: str, account_id: str, json: MemberChange) -> MemberAnswer:
    """Change what somebody in a team may do. A study keeps an owner."""
    return _member(studies.set_member_role(study_named(study_id), account_id, json.role))


@blueprint.delete("/<study_id>/team/<account_id>")
@needs(Permission.STUDY_MANAGE, of_study)
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="remove_member")
def remove_member(study_id: str, account_id: str) -> Any:
    """Take somebody out of a team. A study keeps an owner."""
    studies.remove_member(study_named(study_id), account_id)
    return nothing()


def _answer(one: Study) -> StudyAnswer:
    return StudyAnswer(
        id=one.id,
        name=one.name,
        description=one.description,
        created_at=one.created_at,
        archived_at=one.archived_at,
        members=one.members,
        trials=one.trials,
    )


def _member(one: Member) -> MemberAnswer:
    return MemberAnswer(
        account_id=one.account_id, name=one.name, email=one.email, role=one.role.value, disabled=one.disabled
    )

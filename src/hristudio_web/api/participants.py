"""Participants of a study, for programs: codes for those who run trials, who they are for few."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.store import LONGEST_CODE, Consent, Participant, ParticipantFilter, ParticipantOrder
from hristudio_web import consent, participants
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, nothing, spec
from hristudio_web.errors import Unprocessable
from hristudio_web.guard import needs, takes
from hristudio_web.participants import participant_named
from hristudio_web.parts import parts, study_named
from hristudio_web.persons import LONGEST_EMAIL, LONGEST_NAME, LONGEST_NOTES
from hristudio_web.roster import LARGEST
from hristudio_web.scope import of_study

blueprint = Blueprint("api_participants", __name__, url_prefix="/api/v1/studies/<study_id>/participants")
blueprint.before_request(check_body)
TAGS = ("participants",)
Line = Annotated[str, Meta(max_length=100)]
Code = Annotated[str, Meta(max_length=LONGEST_CODE, extra_json_schema={"pattern": r"^\w[\w.-]*$"})]
TOLD = 100
"""How many wrong lines of a list are told at once."""
WHICH = {"current": False, "archived": True, "all": None}


class ParticipantQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which participants: with this in their code, of a condition; ``after``: where the page before ended."""

    q: Line = ""
    condition: Line | None = None
    consent: Literal["given", "none", "withdrawn"] | None = None
    which: Literal["current", "archived", "all"] = "current"
    order: Literal["code", "newest"] = "code"
    after: Line | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 50


class ParticipantAnswer(Struct, frozen=True, kw_only=True):
    """A participant; ``has_person``: personal data are kept; ``erased_at``: since when they are gone."""

    id: str
    code: str
    condition: str
    created_at: datetime
    archived_at: datetime | None
    erased_at: datetime | None
    consented_on: date | None
    consent_form: str
    withdrawn_at: datetime | None
    has_person: bool
    trials: int


class ParticipantList(Struct, frozen=True):
    """Some participants; ``next`` is what to give as ``after`` for the rest."""

    participants: tuple[ParticipantAnswer, ...]
    next: str | None


class NewOne(Struct, frozen=True, forbid_unknown_fields=True):
    """A participant to add; the code stays what it is."""

    code: Code
    condition: Line = ""


class ParticipantChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    condition: Line | None = None
    archived: bool | None = None


class PersonBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Who a participant is; what is not known is empty."""

    name: Annotated[str, Meta(max_length=LONGEST_NAME)] = ""
    email: Annotated[str, Meta(max_length=LONGEST_EMAIL)] = ""
    notes: Annotated[str, Meta(max_length=LONGEST_NOTES)] = ""


class ConsentBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A consent: its day, not after today, and which form was signed."""

    on: date
    form: Line = ""


class ErasureQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """The participant's code, so that nobody erases by mistake."""

    confirm: Line


class RosterBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A list as CSV text; ``check_only``: tell what is wrong with it, and add nothing."""

    text: str
    check_only: bool = False


class RosterAnswer(Struct, frozen=True):
    """How many the list has, and how many were added: all, or none with ``check_only``."""

    found: int
    added: int


@blueprint.get("")
@needs(Permission.PARTICIPANT_LIST, of_study)
@spec.validate(resp=Response(HTTP_200=ParticipantList), tags=TAGS, operation_id="list_participants")
def all_participants(study_id: str, query: ParticipantQuery) -> ParticipantList:
    """List the participants of a study."""
    study = study_named(study_id)
    which = ParticipantFilter(
        query.q,
        WHICH[query.which],
        query.condition,
        ParticipantOrder(query.order),
        query.consent and Consent(query.consent),
    )
    after = None if query.after is None else participant_named(study, query.after).id
    page = parts().participants.page(study.id, which, after, query.limit)
    return ParticipantList(tuple(_answer(one) for one in page.participants), page.next)


@blueprint.post("")
@needs(Permission.PARTICIPANT_EDIT, of_study)
@spec.validate(resp=Response(HTTP_201=ParticipantAnswer), tags=TAGS, operation_id="add_participant")
def add(study_id: str, json: NewOne) -> Any:
    """Add a participant."""
    given = {"code": json.code, "condition": json.condition}
    return _answer(participants.add(study_named(study_id), given)), 201


@blueprint.post("/import")
@takes(LARGEST)
@needs(Permission.PARTICIPANT_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=RosterAnswer), tags=TAGS, operation_id="import_participants")
def add_roster(study_id: str, json: RosterBody) -> RosterAnswer:
    """Add the participants of a list: all, or none where something is wrong, with each wrong line told."""
    study = study_named(study_id)
    roster = participants.check_roster(study, json.text)
    if roster.problems:
        told = [str(one) for one in roster.problems[:TOLD]]
        more = len(roster.problems) - len(told)
        raise Unprocessable(told + [f"and {more} more"] * bool(more))
    return RosterAnswer(len(roster.lines), 0 if json.check_only else participants.add_roster(study, roster))


@blueprint.get("/<participant_id>")
@needs(Permission.PARTICIPANT_LIST, of_study)
@spec.validate(resp=Response(HTTP_200=ParticipantAnswer), tags=TAGS, operation_id="get_participant")
def one_participant(study_id: str, participant_id: str) -> ParticipantAnswer:
    """Give a participant, by code alone."""
    return _answer(participant_named(study_named(study_id), participant_id))


@blueprint.patch("/<participant_id>")
@needs(Permission.PARTICIPANT_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=ParticipantAnswer), tags=TAGS, operation_id="change_participant")
def change(study_id: str, participant_id: str, json: ParticipantChange) -> ParticipantAnswer:
    """Put a participant into a group, put them aside, or take them up again."""
    participant = participant_named(study_named(study_id), participant_id)
    if json.condition is not None:
        participant = participants.set_condition(participant, json.condition)
    if json.archived is not None:
        participant = (
            participants.archive(participant) if json.archived else participants.take_up(participant)
        )
    return _answer(participant)


@blueprint.put("/<participant_id>/consent")
@needs(Permission.CONSENT_RECORD, of_study)
@spec.validate(resp=Response(HTTP_200=ParticipantAnswer), tags=TAGS, operation_id="record_consent")
def record_consent(study_id: str, participant_id: str, json: ConsentBody) -> ParticipantAnswer:
    """Record a participant's consent; one that was withdrawn holds again."""
    study = study_named(study_id)
    given = {"consented_on": json.on.isoformat(), "consent_form": json.form}
    return _answer(consent.record(study, participant_named(study, participant_id), given))


@blueprint.delete("/<participant_id>/consent")
@needs(Permission.CONSENT_RECORD, of_study)
@spec.validate(resp=Response(HTTP_200=ParticipantAnswer), tags=TAGS, operation_id="withdraw_consent")
def withdraw_consent(study_id: str, participant_id: str) -> ParticipantAnswer:
    """Record that a participant takes part no longer; the day of their consent stays."""
    study = study_named(study_id)
    return _answer(consent.withdraw(participant_named(study, participant_id)))


@blueprint.get("/<participant_id>/person")
@needs(Permission.PERSONAL_READ, of_study)
@spec.validate(resp=Response(HTTP_200=PersonBody), tags=TAGS, operation_id="get_person")
def person(study_id: str, participant_id: str) -> PersonBody:
    """Give who a participant is; empty where nothing is kept. That you looked is on the record."""
    found = participants.person_of(participant_named(study_named(study_id), participant_id))
    return PersonBody(found.name, found.email, found.notes)


@blueprint.put("/<participant_id>/person")
@needs(Permission.PARTICIPANT_EDIT, of_study)
@spec.validate(resp=Response("HTTP_204"), tags=TAGS, operation_id="keep_person")
def keep_person(study_id: str, participant_id: str, json: PersonBody) -> Any:
    """Keep who a participant is, instead of what was kept before."""
    given = {"name": json.name, "email": json.email, "notes": json.notes}
    participants.keep_person(participant_named(study_named(study_id), participant_id), given)
    return nothing()


@blueprint.delete("/<participant_id>/person")
@needs(Permission.PARTICIPANT_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=ParticipantAnswer), tags=TAGS, operation_id="erase_person")
def erase(study_id: str, participant_id: str, query: ErasureQuery) -> ParticipantAnswer:
    """Erase who a participant is, for good; the code and its trials stay."""
    return _answer(
        participants.erase(participant_named(study_named(study_id), participant_id), query.confirm)
    )


def _answer(one: Participant) -> ParticipantAnswer:
    return ParticipantAnswer(
        id=one.id,
        code=one.code,
        condition=one.condition,
        created_at=one.created_at,
        archived_at=one.archived_at,
        erased_at=one.erased_at,
        consented_on=one.consented_on,
        consent_form=one.consent_form,
        withdrawn_at=one.withdrawn_at,
        has_person=one.has_person,
        trials=one.trials,
    )

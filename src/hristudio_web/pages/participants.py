"""Participants of a study: a list, a page for each, and who they are for those who may know."""

from collections.abc import Mapping
from contextlib import suppress

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Consent, Participant, ParticipantFilter, ParticipantOrder, Study
from hristudio_web import consent, participants
from hristudio_web.access import Permission
from hristudio_web.entrance import audit
from hristudio_web.errors import InvalidFields, NotFound
from hristudio_web.guard import needs, somebody
from hristudio_web.participants import participant_named
from hristudio_web.parts import parts, study_named
from hristudio_web.persons import Person
from hristudio_web.roster import written
from hristudio_web.scope import of_study

blueprint = Blueprint("participants", __name__, url_prefix="/studies/<study_id>/participants")
PAGE = 50
ASKED = ("q", "which", "condition", "consent", "order")
NOTHING: Mapping[str, str] = {}
CONSENTS = frozenset(one.value for one in Consent)
WHICH = {"": False, "archived": True, "all": None}


@blueprint.get("")
@needs(Permission.PARTICIPANT_LIST, of_study)
def show_all(study_id: str) -> ResponseReturnValue:
    """List the participants of a study."""
    return _list(study_named(study_id), NOTHING, {})


@blueprint.post("")
@needs(Permission.PARTICIPANT_EDIT, of_study)
def add(study_id: str) -> ResponseReturnValue:
    """Add a participant."""
    study = study_named(study_id)
    try:
        made = participants.add(study, request.form)
    except InvalidFields as error:
        return _list(study, request.form, error.fields)
    flash(f"{made.code} takes part.")
    return redirect(url_for("participants.show_all", study_id=study.id), 303)


@blueprint.get("/export")
@needs(Permission.PARTICIPANT_LIST, of_study)
def export(study_id: str) -> ResponseReturnValue:
    """Give the codes as CSV, archived ones too; nothing that tells who somebody is."""
    study = study_named(study_id)
    found = list(participants.every(study, ParticipantFilter(archived=None)))
    audit("participant.exported", somebody().id, f"study:{study.id}", count=len(found))
    answer: Response = current_app.response_class(written(found), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="participants-{study.id}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/<participant_id>")
@needs(Permission.PARTICIPANT_LIST, of_study)
def show(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Show a participant, by code alone."""
    study = study_named(study_id)
    return _page(study, participant_named(study, participant_id), NOTHING, {})


@blueprint.post("/<participant_id>")
@needs(Permission.PARTICIPANT_EDIT, of_study)
def change(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Put a participant into another group."""
    study = study_named(study_id)
    participant = participant_named(study, participant_id)
    try:
        participants.set_condition(participant, request.form.get("condition", ""))
    except InvalidFields as error:
        return _page(study, participant, request.form, error.fields)
    return _done(participant, "Saved.")


@blueprint.post("/<participant_id>/archive")
@needs(Permission.PARTICIPANT_EDIT, of_study)
def archive(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Put a participant aside."""
    participant = participants.archive(participant_named(study_named(study_id), participant_id))
    return _done(participant, f"{participant.code} is archived. Nothing is lost.")


@blueprint.post("/<participant_id>/take-up")
@needs(Permission.PARTICIPANT_EDIT, of_study)
def take_up(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Take an archived participant up again."""
    participant = participants.take_up(participant_named(study_named(study_id), participant_id))
    return _done(participant, f"{participant.code} is among the participants again.")


@blueprint.post("/<participant_id>/consent")
@needs(Permission.CONSENT_RECORD, of_study)
def record_consent(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Record a participant's consent."""
    study = study_named(study_id)
    participant = participant_named(study, participant_id)
    try:
        consent.record(study, participant, request.form)
    except InvalidFields as error:
        return _page(study, participant, request.form, error.fields)
    return _done(participant, f"The consent of {participant.code} is recorded.")


@blueprint.post("/<participant_id>/withdraw")
@needs(Permission.CONSENT_RECORD, of_study)
def withdraw(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Record that a participant takes part no longer."""
    study = study_named(study_id)
    participant = consent.withdraw(participant_named(study, participant_id))
    return _done(participant, f"{participant.code} takes part no longer.")


@blueprint.get("/<participant_id>/person")
@needs(Permission.PERSONAL_READ, of_study)
def show_person(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Show who a participant is; that somebody looked is on the record."""
    study = study_named(study_id)
    participant = participant_named(study, participant_id)
    return _person(study, participant, _typed(participants.person_of(participant)), {})


@blueprint.post("/<participant_id>/person")
@needs(Permission.PARTICIPANT_EDIT, of_study)
def keep_person(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Keep who a participant is."""
    study = study_named(study_id)
    participant = participant_named(study, participant_id)
    try:
        participants.keep_person(participant, request.form)
    except InvalidFields as error:
        return _person(study, participant, request.form, error.fields)
    return _done(participant, f"The personal data of {participant.code} are kept.")


@blueprint.post("/<participant_id>/erase")
@needs(Permission.PARTICIPANT_EDIT, of_study)
def erase(study_id: str, participant_id: str) -> ResponseReturnValue:
    """Erase who a participant is, for good."""
    study = study_named(study_id)
    participant = participant_named(study, participant_id)
    try:
        participants.erase(participant, request.form.get("confirm", ""))
    except InvalidFields as error:
        return _page(study, participant, request.form, error.fields)
    return _done(
        participant, f"The personal data of {participant.code} are erased. The code and its trials stay."
    )


def _list(study: Study, given: Mapping[str, str], problems: dict[str, str]) -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip()[:100] for name in ASKED}
    order = ParticipantOrder.NEWEST if asked["order"] == "newest" else ParticipantOrder.CODE
    archived = WHICH.get(asked["which"], False)
    stands = Consent(asked["consent"]) if asked["consent"] in CONSENTS else None
    which = ParticipantFilter(asked["q"], archived, asked["condition"] or None, order, stands)
    after = None
    with suppress(NotFound):
        after = participant_named(study, request.args.get("after", "")).id
    page = parts().participants.page(study.id, which, after, PAGE)
    shown = render_template(
        "participants.html", study=study, found=page, asked=asked, later=after is not None,
        filtered=any(asked[name] for name in ("q", "which", "condition", "consent")),
        conditions=parts().participants.conditions(study.id), given=given, problems=problems,
        key_fits=participants.key_fits(),
    )  # fmt: skip
    return shown, 422 if problems else 200


def _page(
    study: Study, participant: Participant, given: Mapping[str, str], problems: dict[str, str]
) -> ResponseReturnValue:
    shown = render_template(
        "participant.html", study=study, participant=participant, given=given, problems=problems,
        conditions=parts().participants.conditions(study.id),
    )  # fmt: skip
    return shown, 422 if problems else 200


def _person(
    study: Study, participant: Participant, given: Mapping[str, str], problems: dict[str, str]
) -> ResponseReturnValue:
    shown = render_template(
        "participant_person.html", study=study, participant=participant, given=given, problems=problems
    )
    return shown, 422 if problems else 200


def _typed(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "notes": person.notes}


def _done(participant: Participant, words: str) -> ResponseReturnValue:
    flash(words)
    where = url_for("participants.show", study_id=participant.study_id, participant_id=participant.id)
    return redirect(where, 303)

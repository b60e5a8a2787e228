"""What people do to the participants of a study; each act, and each look at personal data, is audited."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from flask import request

from hristudio_core.store import (
    AlreadyExists,
    InvalidValue,
    NewParticipant,
    Participant,
    ParticipantFilter,
    PersonErased,
    Study,
    to_code,
    to_condition,
)
from hristudio_core.store import NotFound as NoRow
from hristudio_web.consent import read_consent
from hristudio_web.entrance import audit
from hristudio_web.errors import Conflict, InvalidFields, NotFound, SealBroken
from hristudio_web.guard import somebody
from hristudio_web.parts import parts, study_named
from hristudio_web.persons import NOBODY, Person, read_person
from hristudio_web.roster import Roster
from hristudio_web.roster import read as read_roster
from hristudio_web.studies import refuse_archived

CLOSED = (
    "The personal data of this participant cannot be opened: they were sealed with another key. Whoever runs "
    "this installation can bring back secrets/personal.key of the data folder (or HRISTUDIO_PERSONAL_KEY)."
)
AT_ONCE = 500


def participant_named(study: Study, participant_id: str) -> Participant:
    """Give a participant of a study.

    Raises:
        NotFound: the study has none of that id.
    """
    try:
        return parts().participants.get(study.id, participant_id)
    except NoRow:
        raise NotFound("participant of this study", participant_id) from None


def add(study: Study, given: Mapping[str, str]) -> Participant:
    """Add a participant: `code`, `condition`, and what `read_person` and `read_consent` read.

    Raises:
        InvalidFields: what was given makes none.
        Conflict: the study is archived.
    """
    refuse_archived(study)
    person, problems = read_person(given)
    day, form, wrong = read_consent(given, today())
    problems |= wrong
    values = {"code": "", "condition": ""}
    for field, read in (("code", to_code), ("condition", to_condition)):
        try:
            values[field] = read(given.get(field, ""))
        except InvalidValue as error:
            problems[field] = _sentence(error)
    if problems:
        raise InvalidFields(problems)
    code = values["code"]
    sealed = "" if person == NOBODY else parts().persons.close(study.id, code, person)
    try:
        new = NewParticipant(code, values["condition"], sealed, day, form)
        (made,) = parts().participants.add(study.id, [new])
    except AlreadyExists:
        raise InvalidFields({"code": f"{code} is in this study already."}) from None
    found = participant_named(study, made)
    _audit("participant.added", found, personal=found.has_person, consent=found.consent.value)
    return found


def set_condition(participant: Participant, condition: str) -> Participant:
    """Put a participant into a group.

    Raises:
        InvalidFields: it is no name of one.
        Conflict: the study is archived.
    """
    _refuse_archived(participant)
    try:
        changed = parts().participants.change(participant.study_id, participant.id, condition=condition)
    except InvalidValue as error:
        raise InvalidFields({"condition": _sentence(error)}) from None
    _audit("participant.changed", changed, condition=changed.condition)
    return changed


def archive(participant: Participant) -> Participant:
    """Put a participant aside: nothing is lost, and they can be taken up again. Raises `Conflict`."""
    _refuse_archived(participant)
    archived = parts().participants.change(participant.study_id, participant.id, archived=True)
    _audit("participant.archived", archived)
    return archived


def take_up(participant: Participant) -> Participant:
    """Take an archived participant up again. Raises `Conflict`."""
    _refuse_archived(participant)
    taken = parts().participants.change(participant.study_id, participant.id, archived=False)
    _audit("participant.taken_up", taken)
    return taken


def person_of(participant: Participant) -> Person:
    """Give who a participant is. The look is on the record before anything is shown, or nothing is.

    Raises:
        Conflict: it was sealed with another key.
        StoreFault: the record cannot be written.
    """
    parts().audit.record(
        "participant.person_viewed",
        account_id=somebody().id,
        subject=_subject(participant),
        detail=_detail(participant),
        address=request.remote_addr or "",
    )
    sealed = parts().participants.person(participant.study_id, participant.id)
    if sealed is None:
        return NOBODY
    return _open(participant, sealed)


def keep_person(participant: Participant, given: Mapping[str, str]) -> None:
    """Keep who a participant is, instead of what was kept before.

    Raises:
        InvalidFields: what was given cannot be kept.
        Conflict: the personal data were erased, or the study is archived, or what was kept does not open
            with this key: once the right one is back, it does.
    """
    _refuse_archived(participant)
    person, problems = read_person(given)
    if problems:
        raise InvalidFields(problems)
    before = parts().participants.person(participant.study_id, participant.id)
    if before is not None:
        _open(participant, before)
    sealed = parts().persons.close(participant.study_id, participant.code, person)
    try:
        parts().participants.keep_person(participant.study_id, participant.id, sealed)
    except PersonErased:
        raise Conflict(
            f"The personal data of {participant.code} were erased: none are taken again."
        ) from None
    _audit("participant.person_changed", participant)


def erase(participant: Participant, confirmed: str) -> Participant:
    """Erase who a participant is, for good; the code and its trials stay.

    Args:
        participant: Whose.
        confirmed: Their code, typed again.

    Raises:
        InvalidFields: another code was typed.
    """
    if confirmed.strip() != participant.code:
        raise InvalidFields({"confirm": f"Type {participant.code} to erase these personal data."})
    erased = parts().participants.erase(participant.study_id, participant.id)
    _audit("participant.erased", erased)
    return erased


def check_roster(study: Study, text: str) -> Roster:
    """Read a list of participants, and find which are there already.

    Raises:
        Unreadable: it is no such list.
    """
    roster = read_roster(text, today())
    return roster.without(parts().participants.taken(study.id, [one.code for one in roster.lines]))


def add_roster(study: Study, roster: Roster) -> int:
    """Add all of a list without problems, or none; give how many.

    Raises:
        Conflict: somebody else has added one of them meanwhile, or the study is archived.
    """
    refuse_archived(study)
    new = [one.sealed(study.id, parts().persons) for one in roster.lines]
    try:
        parts().participants.add(study.id, new)
    except AlreadyExists as error:
        raise Conflict(f"{error.which} has been added meanwhile: check the list again.") from None
    personal = sum(bool(one.sealed) for one in new)
    audit("participant.imported", somebody().id, f"study:{study.id}", added=len(new), personal=personal)
    return len(new)


def every(study: Study, which: ParticipantFilter) -> Iterator[Participant]:
    """Give all participants that a filter lets through."""
    after = None
    while True:
        page = parts().participants.page(study.id, which, after, AT_ONCE)
        yield from page.participants
        if page.next is None:
            return
        after = page.next


def key_fits() -> bool:
    """Tell whether the key of personal data here is the one that sealed what is kept."""
    return parts().persons.fits(parts().participants.sealed_ends())


def today() -> date:
    """The day on the server's clock."""
    return datetime.now().astimezone().date()


def _open(participant: Participant, sealed: str) -> Person:
    try:
        return parts().persons.open(participant.study_id, participant.code, sealed)
    except SealBroken:
        raise Conflict(CLOSED) from None


def _refuse_archived(participant: Participant) -> None:
    refuse_archived(study_named(participant.study_id))


def _sentence(error: Exception) -> str:
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}."


def _subject(participant: Participant) -> str:
    return f"participant:{participant.id}"


def _detail(participant: Participant) -> dict[str, object]:
    return {"study": participant.study_id, "code": participant.code}


def _audit(action: str, participant: Participant, **detail: object) -> None:
    audit(action, somebody().id, _subject(participant), **_detail(participant), **detail)

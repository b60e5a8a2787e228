"""Consent of participants: kept beside their code, so that it can be checked before a trial."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from hristudio_core.store import InvalidValue, Participant, Study, to_form
from hristudio_web.entrance import audit
from hristudio_web.errors import InvalidFields
from hristudio_web.guard import somebody
from hristudio_web.parts import parts
from hristudio_web.studies import refuse_archived

NO_DAY = "Give the day as YYYY-MM-DD, such as 2026-03-31."
LATER = "This day is yet to come: give the day of the consent, or leave it empty."
FIELDS = ("consented_on", "consent_form")


def read_consent(given: Mapping[str, str], today: date) -> tuple[date | None, str, dict[str, str]]:
    """Read what somebody typed of a consent; give what is wrong by field, too.

    Args:
        given: `consented_on` (YYYY-MM-DD) and `consent_form`, each optional.
        today: No consent is given after it.
    """
    problems = {}
    text, form = (given.get(name, "").strip() for name in FIELDS)
    day = _day(text)
    if text and day is None:
        problems["consented_on"] = NO_DAY
    elif day is not None and day > today:
        problems["consented_on"] = LATER
    try:
        form = to_form(form)
    except InvalidValue as error:
        problems["consent_form"] = f"{str(error)[:1].upper()}{str(error)[1:]}."
    if form and not text:
        problems["consented_on"] = "Give the day on which this form was signed."
    return day, form, problems


def record(study: Study, participant: Participant, given: Mapping[str, str]) -> Participant:
    """Keep a consent; one that was withdrawn holds again.

    Raises:
        InvalidFields: what was given is none.
        Conflict: the study is archived.
    """
    refuse_archived(study)
    day, form, problems = read_consent(given, datetime.now().astimezone().date())
    if day is None and not problems:
        problems["consented_on"] = NO_DAY
    if problems or day is None:
        raise InvalidFields(problems)
    changed = parts().participants.record_consent(participant.study_id, participant.id, day, form)
    _audit("participant.consented", changed, on=day.isoformat(), form=form)
    return changed


def withdraw(participant: Participant) -> Participant:
    """Keep that somebody takes part no longer, of an archived study, too: they may say so at any time."""
    changed = parts().participants.withdraw(participant.study_id, participant.id)
    _audit("participant.withdrew", changed)
    return changed


def told(participant: Participant) -> str:
    """Say how it stands with somebody's consent; days are of the server's clock."""
    if participant.withdrawn_at is not None:
        return f"withdrawn on {participant.withdrawn_at.astimezone():%Y-%m-%d}"
    if participant.consented_on is None:
        return "none"
    form = f" ({participant.consent_form})" if participant.consent_form else ""
    return f"{participant.consented_on}{form}"


def _day(text: str) -> date | None:
    """Read a day; strictly, since Python's own reading of it differs by version."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _audit(action: str, participant: Participant, **detail: object) -> None:
    whose = {"study": participant.study_id, "code": participant.code}
    audit(action, somebody().id, f"participant:{participant.id}", **whose, **detail)

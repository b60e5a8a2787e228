"""Whether somebody may take part in a trial: a study with a list of participants starts trials with them.

A study without a list takes any code, and a rehearsal takes any code in every study: it never counts.
"""

from collections.abc import Container

from hristudio_core.store import Consent, Participant, ParticipantFilter, StoreError
from hristudio_web.consent import told
from hristudio_web.health import Status
from hristudio_web.parts import parts

SUGGESTED = 200
EVERYBODY = ParticipantFilter(archived=None)
NOT_LISTED = "{code} is not among the participants of this study: add them there first."
ARCHIVED = "{code} is archived: take them up again first."
WITHDRAWN = "{code} has withdrawn their consent."
OTHER_CONDITION = "{code} is in the condition {condition}: choose that, or change theirs."


def enrolled(study_id: str, code: str, mode: str) -> Participant | None:
    """Give whom a code names; None where that is of no matter, or nobody's code."""
    if mode == "rehearsal" or not code:
        return None
    try:
        return parts().participants.find(study_id, code)
    except StoreError:
        return None  # what the database does not say hinders no trial: a person ticks the consent


def keeps_list(study_id: str) -> bool:
    """Tell whether a study has participants."""
    try:
        return bool(parts().participants.page(study_id, EVERYBODY, limit=1).participants)
    except StoreError:
        return False


def problems_of(study_id: str, code: str, mode: str, condition: str, known: Container[str]) -> dict[str, str]:
    """Say by field why a trial cannot be had with somebody.

    Args:
        study_id: The study.
        code: Whom it is to be run with.
        mode: How it counts.
        condition: The condition that was chosen.
        known: The conditions of the protocol.
    """
    if mode == "rehearsal" or not code:
        return {}
    found = enrolled(study_id, code, mode)
    if found is None:
        return {"participant": NOT_LISTED.format(code=code)} if keeps_list(study_id) else {}
    if found.consent is Consent.WITHDRAWN:
        return {"participant": WITHDRAWN.format(code=found.code)}
    if found.archived_at is not None:
        return {"participant": ARCHIVED.format(code=found.code)}
    if found.condition in known and condition != found.condition:
        return {"condition": OTHER_CONDITION.format(code=found.code, condition=found.condition)}
    return {}


def consent_of(found: Participant, mode: str) -> tuple[Status, str]:
    """Say how it stands with the consent that a trial needs; before its mode is chosen that is a hint."""
    if found.consent is Consent.GIVEN:
        return Status.OK, told(found)
    hinders = Status.ERROR if mode else Status.WARNING
    return hinders, f"{told(found)}: a pilot or a live trial needs one, recorded on the page of {found.code}"


def suggestions(study_id: str) -> list[str]:
    """Give codes to choose from, for a form."""
    try:
        return [one.code for one in parts().participants.page(study_id, limit=SUGGESTED).participants]
    except StoreError:
        return []

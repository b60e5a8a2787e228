"""Participants of a study as the store gives and takes them: codes apart from who they are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

from hristudio_core.store.errors import InvalidValue, StoreMisused

LONGEST_CODE = 64
LONGEST_CONDITION = 100
LONGEST_FORM = 100
_CODE = re.compile(r"\w[\w.-]*")


class PersonErased(StoreMisused):
    """The personal data were erased for good: none are taken again."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part, by code.

    Attributes:
        condition: Group or condition; empty: none yet.
        erased_at: Since when the personal data are gone for good.
        consented_on: Day of their consent; None: there is none.
        consent_form: Which form they signed; may be empty.
        withdrawn_at: Since when their consent holds no more.
        has_person: Whether personal data are kept.
        trials: How many trials of the study name the code.
    """

    id: str
    study_id: str
    code: str
    condition: str
    created_at: datetime
    archived_at: datetime | None = None
    erased_at: datetime | None = None
    consented_on: date | None = None
    consent_form: str = ""
    withdrawn_at: datetime | None = None
    has_person: bool = False
    trials: int = 0

    @property
    def consent(self) -> "Consent":
        """How it stands with their consent."""
        if self.withdrawn_at is not None:
            return Consent.WITHDRAWN
        return Consent.NONE if self.consented_on is None else Consent.GIVEN


class Consent(str, Enum):
    """How it stands with somebody's consent."""

    GIVEN = "given"
    NONE = "none"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class NewParticipant:
    """A participant to add; `sealed` holds the personal data, encrypted; empty: none are kept."""

    code: str
    condition: str = ""
    sealed: str = ""
    consented_on: date | None = None
    consent_form: str = ""


@dataclass(frozen=True, slots=True)
class SealedPerson:
    """Personal data as they are kept: encrypted, and bound to their participant."""

    study_id: str
    code: str
    sealed: str


class ParticipantOrder(str, Enum):
    """How a list of participants is sorted."""

    CODE = "code"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class ParticipantFilter:
    """Which participants: with this in their code, archived or not, of a condition, a consent (None: any)."""

    words: str = ""
    archived: bool | None = False
    condition: str | None = None
    order: ParticipantOrder = ParticipantOrder.CODE
    consent: Consent | None = None


CURRENT = ParticipantFilter()


@dataclass(frozen=True, slots=True)
class ParticipantPage:
    """Some participants of a list; `next` is the id after which the rest begins, None at the end."""

    participants: tuple[Participant, ...]
    next: str | None


class Participants(Protocol):
    """Participants, each of one study: with another study's id nothing of them is found."""

    def add(self, study_id: str, new: Sequence[NewParticipant]) -> list[str]:
        """Add participants, all or none; give their ids.

        Raises:
            AlreadyExists: A code is taken, whatever the case of its letters.
            InvalidValue: A code or condition is none.
            NotFound: There is no such study.
        """

    def get(self, study_id: str, participant_id: str) -> Participant:
        """Give a participant. Raises `NotFound`."""

    def find(self, study_id: str, code: str) -> Participant | None:
        """Give the participant of a code, whatever the case of its letters."""

    def page(
        self, study_id: str, which: ParticipantFilter = CURRENT, after: str | None = None, limit: int = 50
    ) -> ParticipantPage:
        """List participants that follow one, of which the id is given; nothing follows an unknown one."""

    def taken(self, study_id: str, codes: Sequence[str]) -> frozenset[str]:
        """Give those of these codes that a participant has, whatever the case of the letters."""

    def conditions(self, study_id: str) -> list[str]:
        """List the conditions that participants have."""

    def change(
        self,
        study_id: str,
        participant_id: str,
        *,
        condition: str | None = None,
        archived: bool | None = None,
    ) -> Participant:
        """Change what is given. Raises `NotFound`, and `InvalidValue` for a condition that is none."""

    def record_consent(self, study_id: str, participant_id: str, on: date, form: str = "") -> Participant:
        """Keep a consent, which takes back a withdrawal before it. Raises `NotFound`, `InvalidValue`."""

    def withdraw(self, study_id: str, participant_id: str) -> Participant:
        """Keep that somebody has withdrawn their consent; its day stays. Raises `NotFound`."""

    def person(self, study_id: str, participant_id: str) -> str | None:
        """Give the personal data, encrypted; None when none are kept. Raises `NotFound`."""

    def keep_person(self, study_id: str, participant_id: str, sealed: str) -> None:
        """Keep personal data, encrypted. Raises `NotFound`, and `PersonErased` after an erasure."""

    def sealed_ends(self) -> tuple[SealedPerson, ...]:
        """Give, of all studies, the personal data that were kept first and last; none where none are kept.

        What was sealed before the key was exchanged is among them, or what was sealed since.
        """

    def erase(self, study_id: str, participant_id: str) -> Participant:
        """Delete the personal data for good; the code stays. Raises `NotFound`."""


def to_participant(**row: Any) -> Participant:
    """Make a participant of a row."""
    return Participant(**{**row, "id": str(row["id"]), "study_id": str(row["study_id"])})


def to_code(text: str) -> str:
    """Read a participant's code.

    Raises:
        InvalidValue: It is none; says what one is.
    """
    code = text.strip()
    if not code:
        raise InvalidValue("a participant needs a code, such as P01")
    if len(code) > LONGEST_CODE:
        raise InvalidValue(f"a code has at most {LONGEST_CODE} characters")
    if not _CODE.fullmatch(code):
        raise InvalidValue(
            "a code has letters, digits, '_', '.' and '-' alone, the last two not at its beginning"
        )
    return code


def to_condition(text: str) -> str:
    """Read a condition; empty: none yet.

    Raises:
        InvalidValue: It is too long, or holds what cannot be seen.
    """
    condition = " ".join(text.split())
    if len(condition) > LONGEST_CONDITION:
        raise InvalidValue(f"a condition has at most {LONGEST_CONDITION} characters")
    if not condition.isprintable():
        raise InvalidValue("a condition has characters that cannot be seen: take them out")
    return condition


def to_form(text: str) -> str:
    """Read which consent form was signed.

    Raises:
        InvalidValue: It is too long, or holds what cannot be seen.
    """
    form = " ".join(text.split())
    if len(form) > LONGEST_FORM or not form.isprintable():
        raise InvalidValue(f"the consent form is told in at most {LONGEST_FORM} characters that can be seen")
    return form

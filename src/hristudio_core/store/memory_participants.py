"""The double of participants: everything in this process's memory."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, timezone

import uuid_utils

from hristudio_core.store._values import to_uuid
from hristudio_core.store.errors import AlreadyExists, NotFound
from hristudio_core.store.memory import MemoryTrials
from hristudio_core.store.participant import (
    CURRENT,
    NewParticipant,
    Participant,
    ParticipantFilter,
    ParticipantOrder,
    ParticipantPage,
    PersonErased,
    SealedPerson,
    to_code,
    to_condition,
    to_form,
)
from hristudio_core.store.study import Studies


class MemoryParticipants:
    """See `Participants`."""

    def __init__(self, studies: Studies, trials: MemoryTrials) -> None:
        self._studies = studies
        self._trials = trials
        self._kept: dict[str, Participant] = {}
        self._persons: dict[str, str] = {}

    def add(self, study_id: str, new: Sequence[NewParticipant]) -> list[str]:
        """See `Participants.add`."""
        if not new:
            return []
        study = self._studies.get(study_id).id
        known = {one.code.lower() for one in self._of(study)}
        added = []
        for one in new:
            code = to_code(one.code)
            if code.lower() in known:
                raise AlreadyExists("participant", code)
            known.add(code.lower())
            made = Participant(str(uuid_utils.uuid7()), study, code, to_condition(one.condition), _now())
            form = to_form(one.consent_form)
            added.append(dataclasses.replace(made, consented_on=one.consented_on, consent_form=form))
        for made, one in zip(added, new, strict=True):
            self._kept[made.id] = made
            if one.sealed:
                self._persons[made.id] = one.sealed
        return [made.id for made in added]

    def get(self, study_id: str, participant_id: str) -> Participant:
        """See `Participants.get`."""
        study = str(to_uuid("study", study_id))
        found = self._kept.get(str(to_uuid("participant", participant_id)))
        if found is None or found.study_id != study:
            raise NotFound("participant", participant_id)
        trials = sum(one.study_id == study and one.participant == found.code for one in self._trials.all())
        return dataclasses.replace(found, has_person=found.id in self._persons, trials=trials)

    def find(self, study_id: str, code: str) -> Participant | None:
        """See `Participants.find`."""
        found = next((one for one in self._of(study_id) if one.code.lower() == code.lower()), None)
        return found and self.get(study_id, found.id)

    def page(
        self, study_id: str, which: ParticipantFilter = CURRENT, after: str | None = None, limit: int = 50
    ) -> ParticipantPage:
        """See `Participants.page`."""
        ordered = self._of(study_id)
        if which.order is ParticipantOrder.CODE:
            ordered.sort(key=lambda one: one.code.lower())
        else:
            ordered.sort(key=lambda one: (one.created_at, one.id), reverse=True)
        if after is not None:
            ids = [one.id for one in ordered]
            ordered = ordered[ids.index(after) + 1 :] if after in ids else []
        found = [one for one in ordered if _fits(one, which)]
        shown = tuple(self.get(one.study_id, one.id) for one in found[:limit])
        return ParticipantPage(shown, shown[-1].id if len(found) > limit else None)

    def taken(self, study_id: str, codes: Sequence[str]) -> frozenset[str]:
        """See `Participants.taken`."""
        known = {one.code.lower() for one in self._of(study_id)}
        return frozenset(code for code in codes if code.lower() in known)

    def conditions(self, study_id: str) -> list[str]:
        """See `Participants.conditions`."""
        return sorted({one.condition for one in self._of(study_id) if one.condition})

    def change(
        self,
        study_id: str,
        participant_id: str,
        *,
        condition: str | None = None,
        archived: bool | None = None,
    ) -> Participant:
        """See `Participants.change`."""
        one = self.get(study_id, participant_id)
        if condition is not None:
            one = dataclasses.replace(one, condition=to_condition(condition))
        if archived is not None:
            one = dataclasses.replace(one, archived_at=(one.archived_at or _now()) if archived else None)
        self._kept[one.id] = one
        return self.get(study_id, one.id)

    def record_consent(self, study_id: str, participant_id: str, on: date, form: str = "") -> Participant:
        """See `Participants.record_consent`."""
        one = self.get(study_id, participant_id)
        self._kept[one.id] = dataclasses.replace(
            one, consented_on=on, consent_form=to_form(form), withdrawn_at=None
        )
        return self.get(study_id, one.id)

    def withdraw(self, study_id: str, participant_id: str) -> Participant:
        """See `Participants.withdraw`."""
        one = self.get(study_id, participant_id)
        self._kept[one.id] = dataclasses.replace(one, withdrawn_at=one.withdrawn_at or _now())
        return self.get(study_id, one.id)

    def person(self, study_id: str, participant_id: str) -> str | None:
        """See `Participants.person`."""
        return self._persons.get(self.get(study_id, participant_id).id)

    def keep_person(self, study_id: str, participant_id: str, sealed: str) -> None:
        """See `Participants.keep_person`."""
        one = self.get(study_id, participant_id)
        if one.erased_at:
            raise PersonErased(f"the personal data of {one.code} were erased")
        self._persons.pop(one.id, None)
        self._persons[one.id] = sealed

    def sealed_ends(self) -> tuple[SealedPerson, ...]:
        """See `Participants.sealed_ends`."""
        kept = list(self._persons.items())
        ends = dict([*kept[:1], *kept[-1:]])
        return tuple(
            SealedPerson(self._kept[key].study_id, self._kept[key].code, sealed)
            for key, sealed in ends.items()
        )

    def erase(self, study_id: str, participant_id: str) -> Participant:
        """See `Participants.erase`."""
        one = self.get(study_id, participant_id)
        self._kept[one.id] = dataclasses.replace(one, erased_at=one.erased_at or _now())
        self._persons.pop(one.id, None)
        return self.get(study_id, one.id)

    def _of(self, study_id: str) -> list[Participant]:
        study = str(to_uuid("study", study_id))
        return [one for one in self._kept.values() if one.study_id == study]


def _fits(one: Participant, which: ParticipantFilter) -> bool:
    return (
        (which.archived is None or (one.archived_at is not None) == which.archived)
        and (which.condition is None or one.condition == which.condition)
        and (which.consent is None or one.consent is which.consent)
        and which.words.strip().lower() in one.code.lower()
    )


def _now() -> datetime:
    return datetime.now(timezone.utc)

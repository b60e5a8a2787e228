"""Participants in PostgreSQL."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import uuid_utils
from psycopg.errors import ForeignKeyViolation
from psycopg.rows import kwargs_row

from hristudio_core.store._queries import load
from hristudio_core.store._values import to_uuid
from hristudio_core.store.database import Database
from hristudio_core.store.errors import AlreadyExists, NotFound
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
    to_participant,
)

_ORDERS = {ParticipantOrder.CODE: "by_code", ParticipantOrder.NEWEST: "newest"}


class PostgresParticipants:
    """See `Participants`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries = load("participants")

    def add(self, study_id: str, new: Sequence[NewParticipant]) -> list[str]:
        """See `Participants.add`."""
        codes = [to_code(one.code) for one in new]
        ids = [str(uuid_utils.uuid7()) for _ in new]
        values = {
            "study": to_uuid("study", study_id),
            "ids": ids,
            "codes": codes,
            "conditions": [to_condition(one.condition) for one in new],
            "days": [one.consented_on for one in new],
            "forms": [to_form(one.consent_form) for one in new],
        }
        known = [(key, one.sealed) for key, one in zip(ids, new, strict=True) if one.sealed]
        persons = {"ids": [key for key, _ in known], "sealed": [sealed for _, sealed in known]}
        with self._database.transaction() as connection:
            try:
                added = [row[0] for row in connection.execute(self._queries["add"], values)]
            except ForeignKeyViolation:
                raise NotFound("study", study_id) from None
            if len(added) < len(codes):
                raise AlreadyExists("participant", next(iter(Counter(codes) - Counter(added))))
            connection.execute(self._queries["add_persons"], persons)
        return ids

    def get(self, study_id: str, participant_id: str) -> Participant:
        """See `Participants.get`."""
        found = self._participants("get", _key(study_id, participant_id))
        if not found:
            raise NotFound("participant", participant_id)
        return found[0]

    def find(self, study_id: str, code: str) -> Participant | None:
        """See `Participants.find`."""
        found = self._participants("find", {"study": to_uuid("study", study_id), "code": code})
        return found[0] if found else None

    def page(
        self, study_id: str, which: ParticipantFilter = CURRENT, after: str | None = None, limit: int = 50
    ) -> ParticipantPage:
        """See `Participants.page`. It begins where the one before stands: any page costs the same."""
        values = {
            "study": to_uuid("study", study_id),
            "words": which.words.strip(),
            "archived": which.archived,
            "condition": which.condition,
            "consent": which.consent and which.consent.value,
            "after": after and to_uuid("participant", after),
            "limit": limit + 1,
        }
        found = self._participants(_ORDERS[which.order], values)
        more = len(found) > limit
        return ParticipantPage(tuple(found[:limit]), found[limit - 1].id if more else None)

    def taken(self, study_id: str, codes: Sequence[str]) -> frozenset[str]:
        """See `Participants.taken`."""
        values = {"study": to_uuid("study", study_id), "codes": list(codes)}
        with self._database.connection() as connection:
            return frozenset(row[0] for row in connection.execute(self._queries["taken"], values))

    def conditions(self, study_id: str) -> list[str]:
        """See `Participants.conditions`."""
        values = {"study": to_uuid("study", study_id)}
        with self._database.connection() as connection:
            return [row[0] for row in connection.execute(self._queries["conditions"], values)]

    def change(
        self,
        study_id: str,
        participant_id: str,
        *,
        condition: str | None = None,
        archived: bool | None = None,
    ) -> Participant:
        """See `Participants.change`."""
        values = _key(study_id, participant_id)
        values |= {
            "condition": None if condition is None else to_condition(condition),
            "archived": archived,
        }
        with self._database.connection() as connection:
            connection.execute(self._queries["change"], values)
        return self.get(study_id, participant_id)

    def record_consent(self, study_id: str, participant_id: str, on: date, form: str = "") -> Participant:
        """See `Participants.record_consent`."""
        values = {**_key(study_id, participant_id), "on": on, "form": to_form(form)}
        with self._database.connection() as connection:
            connection.execute(self._queries["record_consent"], values)
        return self.get(study_id, participant_id)

    def withdraw(self, study_id: str, participant_id: str) -> Participant:
        """See `Participants.withdraw`."""
        with self._database.connection() as connection:
            connection.execute(self._queries["withdraw"], _key(study_id, participant_id))
        return self.get(study_id, participant_id)

    def person(self, study_id: str, participant_id: str) -> str | None:
        """See `Participants.person`."""
        participant = self.get(study_id, participant_id)
        with self._database.connection() as connection:
            row = connection.execute(self._queries["person"], _key(study_id, participant.id)).fetchone()
        return None if row is None else str(row[0])

    def keep_person(self, study_id: str, participant_id: str, sealed: str) -> None:
        """See `Participants.keep_person`."""
        values = {**_key(study_id, participant_id), "sealed": sealed}
        with self._database.connection() as connection:
            kept = connection.execute(self._queries["keep_person"], values).fetchone()
        if kept is None:
            raise PersonErased(f"the personal data of {self.get(study_id, participant_id).code} were erased")

    def sealed_ends(self) -> tuple[SealedPerson, ...]:
        """See `Participants.sealed_ends`."""
        with self._database.connection() as connection:
            rows = connection.execute(self._queries["sealed_ends"]).fetchall()
        return tuple(SealedPerson(str(study), code, sealed) for study, code, sealed in rows)

    def erase(self, study_id: str, participant_id: str) -> Participant:
        """See `Participants.erase`."""
        values = _key(study_id, participant_id)
        with self._database.transaction() as connection:
            if connection.execute(self._queries["mark_erased"], values).fetchone() is None:
                raise NotFound("participant", participant_id)
            connection.execute(self._queries["erase"], values)
        return self.get(study_id, participant_id)

    def _participants(self, query: str, values: dict[str, Any]) -> list[Participant]:
        with (
            self._database.connection() as connection,
            connection.cursor(row_factory=kwargs_row(to_participant)) as cursor,
        ):
            return cursor.execute(self._queries[query], values).fetchall()


def _key(study_id: str, participant_id: str) -> dict[str, Any]:
    return {"study": to_uuid("study", study_id), "id": to_uuid("participant", participant_id)}

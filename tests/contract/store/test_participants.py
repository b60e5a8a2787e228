"""One contract for participants in PostgreSQL and their double."""

import threading
import uuid
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from hristudio_core.journal import MemoryJournal, Shipper
from hristudio_core.store import (
    LAB_BENCH,
    AlreadyExists,
    Consent,
    Database,
    InvalidValue,
    MemoryAccounts,
    MemoryParticipants,
    MemoryStudies,
    MemoryTrials,
    NewParticipant,
    NotFound,
    Participant,
    ParticipantFilter,
    ParticipantOrder,
    Participants,
    PersonErased,
    PostgresAccounts,
    PostgresParticipants,
    PostgresSink,
    PostgresStudies,
)
from hristudio_core.store._queries import load
from tests.servers.drafts import new_trial, started
from tests.servers.postgres import DatabaseUrls

NOWHERE = "018f0000-0000-7000-8000-000000000000"


class Lab(NamedTuple):
    participants: Participants
    study: str
    other: str

    def add(self, *codes: str, condition: str = "") -> list[Participant]:
        made = self.participants.add(self.study, [NewParticipant(code, condition) for code in codes])
        return [self.participants.get(self.study, one) for one in made]

    def one(self, code: str) -> Participant:
        which = ParticipantFilter(code, None)
        return next(one for one in self.participants.page(self.study, which).participants if one.code == code)

    def codes(self, which: ParticipantFilter, limit: int = 50) -> list[str]:
        """Go through all pages of a list."""
        found, after = [], None
        while True:
            page = self.participants.page(self.study, which, after, limit)
            assert len(page.participants) <= limit
            found += [one.code for one in page.participants]
            if page.next is None:
                return found
            after = page.next


@pytest.fixture(params=["memory", "postgres"])
def lab(request: pytest.FixtureRequest) -> Lab:
    if request.param == "memory":
        people, trials = MemoryAccounts(), MemoryTrials()
        trials.add(MemoryJournal().append(new_trial(), [started(participant="P01")]))
        studies = MemoryStudies(people, trials)
        participants: Participants = MemoryParticipants(studies, trials)
    else:
        database: Database = request.getfixturevalue("database")
        people, studies = PostgresAccounts(database), PostgresStudies(database)
        journal = MemoryJournal()
        journal.append(new_trial(), [started(participant="P01")])
        Shipper(journal, PostgresSink(database)).step()
        participants = PostgresParticipants(database)
    ada = people.create("ada@x.org", "Ada", "member").id
    return Lab(participants, studies.create("Gaze", "", ada).id, studies.create("Touch", "", ada).id)


def test_participants_are_added(lab: Lab) -> None:
    lab.participants.add(
        lab.study, [NewParticipant(" P01 ", " long \n gaze ", "sealed"), NewParticipant("p2")]
    )
    first, second = lab.one("P01"), lab.one("p2")
    assert (first.study_id, first.condition, first.has_person) == (lab.study, "long gaze", True)
    assert (second.condition, second.has_person) == ("", False)
    assert (first.archived_at, first.erased_at, first.trials) == (None, None, 0)
    assert lab.participants.get(lab.study, first.id) == first
    assert lab.participants.person(lab.study, first.id) == "sealed"
    assert lab.participants.person(lab.study, second.id) is None
    assert lab.participants.add(lab.study, []) == []


@pytest.mark.parametrize("codes", [["P3", "p01"], ["P3", "P3"], ["P3", "p3"]])
def test_a_code_is_taken_once_in_a_study_and_then_all_are_refused(lab: Lab, codes: list[str]) -> None:
    lab.add("P01")
    with pytest.raises(AlreadyExists) as caught:
        lab.participants.add(lab.study, [NewParticipant(code, "", "sealed") for code in codes])
    assert caught.value.which == codes[1]
    assert lab.codes(ParticipantFilter()) == ["P01"]
    lab.participants.add(lab.other, [NewParticipant("P01")])
    assert lab.participants.taken(lab.study, ["p01", "P3", "P01"]) == {"p01", "P01"}
    assert lab.participants.taken(lab.other, []) == frozenset()


@pytest.mark.parametrize("code", ["", " ", "=P1", "-1", ".x", "P 1", "P\0", "a,b", "x" * 65])
def test_a_code_that_is_none_is_refused(lab: Lab, code: str) -> None:
    with pytest.raises(InvalidValue):
        lab.participants.add(lab.study, [NewParticipant("good"), NewParticipant(code)])
    assert lab.codes(ParticipantFilter()) == []


@pytest.mark.parametrize("condition", ["x" * 101, "a\0b", "a\x1bb"])
def test_a_condition_that_is_none_is_refused(lab: Lab, condition: str) -> None:
    (one,) = lab.add("P01")
    with pytest.raises(InvalidValue):
        lab.participants.change(lab.study, one.id, condition=condition)
    with pytest.raises(InvalidValue):
        lab.participants.add(lab.study, [NewParticipant("P02", condition)])


@pytest.mark.parametrize("study", ["nothing", NOWHERE])
def test_an_unknown_study_is_told(lab: Lab, study: str) -> None:
    with pytest.raises(NotFound):
        lab.participants.add(study, [NewParticipant("P01")])


def test_a_participant_is_found_in_its_own_study_alone(lab: Lab) -> None:
    (one,) = lab.add("P01")
    lab.participants.keep_person(lab.study, one.id, "sealed")
    theirs = lab.participants
    acts: tuple[Callable[[str, str], object], ...] = (
        theirs.get,
        lambda study, which: theirs.change(study, which, archived=True),
        theirs.person,
        lambda study, which: theirs.keep_person(study, which, "other"),
        theirs.erase,
    )
    for act in acts:
        for study, which in ((lab.other, one.id), (lab.study, NOWHERE), (lab.study, "nothing")):
            with pytest.raises(NotFound):
                act(study, which)
    assert theirs.page(lab.other).participants == ()
    assert theirs.page(lab.other, after=one.id).participants == ()
    assert theirs.person(lab.study, one.id) == "sealed"
    assert theirs.get(lab.study, one.id).archived_at is None


def test_only_what_is_given_changes(lab: Lab) -> None:
    (one,) = lab.add("P01", condition="a")
    change = lab.participants.change
    archived = change(lab.study, one.id, archived=True)
    assert archived.archived_at is not None
    assert archived.condition == "a"
    assert change(lab.study, one.id, archived=True).archived_at == archived.archived_at
    assert change(lab.study, one.id, condition="b").archived_at == archived.archived_at
    assert change(lab.study, one.id, condition="").condition == ""
    assert change(lab.study, one.id, archived=False).archived_at is None


def test_lists_are_sorted_searched_filtered_and_paged(lab: Lab) -> None:
    lab.add("b2", "A1", "a_3", condition="x")
    lab.add("C9", condition="y")
    gone = lab.add("A4")[0]
    lab.participants.change(lab.study, gone.id, archived=True)
    for limit in (1, 2, 4, 50):
        assert lab.codes(ParticipantFilter(), limit) == ["A1", "a_3", "b2", "C9"]
        newest = ParticipantFilter(order=ParticipantOrder.NEWEST, archived=None)
        assert lab.codes(newest, limit) == ["A4", "C9", "a_3", "A1", "b2"]
    assert lab.codes(ParticipantFilter(" a ")) == ["A1", "a_3"]
    assert lab.codes(ParticipantFilter("%")) == []
    assert lab.codes(ParticipantFilter(archived=True)) == ["A4"]
    assert lab.codes(ParticipantFilter(condition="x"), 2) == ["A1", "a_3", "b2"]
    assert lab.codes(ParticipantFilter(condition="")) == []
    assert lab.participants.conditions(lab.study) == ["x", "y"]
    assert lab.participants.conditions(lab.other) == []
    assert lab.participants.page(lab.study, after=str(uuid.uuid4())).participants == ()


def test_trials_of_the_study_are_counted(lab: Lab) -> None:
    lab.participants.add(LAB_BENCH, [NewParticipant("P01"), NewParticipant("P02")])
    first, second = lab.participants.page(LAB_BENCH).participants
    assert (first.trials, second.trials) == (1, 0)
    assert lab.add("P01")[0].trials == 0


def test_what_is_erased_does_not_come_back(lab: Lab) -> None:
    (one,) = lab.add("P01")
    lab.participants.keep_person(lab.study, one.id, "sealed")
    lab.participants.keep_person(lab.study, one.id, "sealed anew")
    assert lab.participants.person(lab.study, one.id) == "sealed anew"
    erased = lab.participants.erase(lab.study, one.id)
    assert erased.erased_at is not None
    assert (erased.code, erased.has_person) == ("P01", False)
    assert lab.participants.person(lab.study, one.id) is None
    with pytest.raises(PersonErased):
        lab.participants.keep_person(lab.study, one.id, "sealed")
    assert lab.participants.erase(lab.study, one.id).erased_at == erased.erased_at


def test_of_keeping_and_erasing_at_once_erasing_wins(database: Database) -> None:
    study = PostgresStudies(database).create(
        "Gaze", "", PostgresAccounts(database).create("ada@x.org", "Ada", "member").id
    )
    participants = PostgresParticipants(database)
    participants.add(study.id, [NewParticipant("P01", "", "sealed")])
    (one,) = participants.page(study.id).participants
    refused: list[PersonErased] = []

    def keep() -> None:
        try:
            participants.keep_person(study.id, one.id, "again")
        except PersonErased as error:
            refused.append(error)

    queries, values = load("participants"), {"study": study.id, "id": one.id}
    with database.transaction() as erasing:
        erasing.execute(queries["mark_erased"], values)
        keeping = threading.Thread(target=keep)
        keeping.start()
        waiting = (
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        while True:
            with database.connection() as watching:
                if watching.execute(waiting).fetchone() == (1,) or not keeping.is_alive():
                    break
        erasing.execute(queries["erase"], values)
    keeping.join()
    assert len(refused) == 1
    assert participants.person(study.id, one.id) is None


def test_ten_thousand_are_added_at_once_and_listed_by_an_index(
    database: Database, database_urls: DatabaseUrls
) -> None:
    study = PostgresStudies(database).create(
        "Gaze", "", PostgresAccounts(database).create("ada@x.org", "Ada", "member").id
    )
    participants = PostgresParticipants(database)
    participants.add(study.id, [NewParticipant(f"P{n:05}", f"c{n % 4}", "sealed") for n in range(10_000)])
    where = participants.page(study.id, limit=9_900)
    assert [one.code for one in participants.page(study.id, after=where.next).participants][:2] == [
        "P09900", "P09901",
    ]  # fmt: skip
    values = {
        "study": study.id,
        "after": where.next,
        "limit": 26,
        "archived": False,
        "condition": None,
        "consent": None,
        "words": "",
    }
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute("ANALYZE participant")
    for query, index in (("by_code", "participant_code"), ("newest", "participant_newest")):
        with database.transaction() as connection:
            connection.execute("SET LOCAL plan_cache_mode = force_custom_plan")
            rows = connection.execute("EXPLAIN " + load("participants")[query], values).fetchall()
        plan = "\n".join(row[0] for row in rows)
        assert f"using {index} on participant" in plan
        assert "Sort" not in plan
        assert "Seq Scan on participant" not in plan


def test_the_program_itself_can_neither_rename_nor_delete_participants(database: Database) -> None:
    for statement in ("UPDATE participant SET code = 'x'", "DELETE FROM participant"):
        with database.connection() as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(statement)


def test_a_study_with_participants_stays(database_urls: DatabaseUrls, database: Database) -> None:
    PostgresParticipants(database).add(LAB_BENCH, [NewParticipant("P01")])
    with (
        psycopg.connect(database_urls.owner) as connection,
        pytest.raises(psycopg.errors.ForeignKeyViolation),
    ):
        connection.execute("DELETE FROM study")


def test_a_consent_is_kept_withdrawn_and_given_again(lab: Lab) -> None:
    one = lab.add("P01")[0]
    assert one.consent is Consent.NONE
    day = date(2026, 1, 31)
    given = lab.participants.record_consent(lab.study, one.id, day, " v2,  German ")
    assert (given.consent, given.consented_on, given.consent_form) == (Consent.GIVEN, day, "v2, German")
    gone = lab.participants.withdraw(lab.study, one.id)
    assert (gone.consent, gone.consented_on) == (Consent.WITHDRAWN, day)
    assert lab.participants.withdraw(lab.study, one.id) == gone
    assert lab.participants.record_consent(lab.study, one.id, day).consent is Consent.GIVEN
    with pytest.raises(InvalidValue):
        lab.participants.record_consent(lab.study, one.id, day, "x" * 101)
    for call in (lab.participants.withdraw, lambda *at: lab.participants.record_consent(*at, day)):
        with pytest.raises(NotFound):
            call(lab.other, one.id)


def test_participants_are_found_by_code_and_by_consent(lab: Lab) -> None:
    day = date(2026, 1, 31)
    new = [
        NewParticipant("P01", consented_on=day, consent_form="v1"),
        NewParticipant("P02"),
        NewParticipant("P03"),
    ]
    ids = lab.participants.add(lab.study, new)
    lab.participants.withdraw(lab.study, ids[2])
    for consent, codes in ((Consent.GIVEN, ["P01"]), (Consent.NONE, ["P02"]), (Consent.WITHDRAWN, ["P03"])):
        assert lab.codes(ParticipantFilter(consent=consent)) == codes
        assert lab.codes(ParticipantFilter(consent=consent, order=ParticipantOrder.NEWEST)) == codes
    found = lab.participants.find(lab.study, "p01")
    assert found == lab.participants.get(lab.study, ids[0])
    assert (lab.participants.find(lab.study, "P09"), lab.participants.find(lab.other, "P01")) == (None, None)


def test_the_ends_of_what_is_sealed_are_given(lab: Lab) -> None:
    assert lab.participants.sealed_ends() == ()
    sealed = [NewParticipant(code, sealed=f"sealed {code}") for code in ("P01", "P02", "P03")]
    first, *_ = [lab.participants.add(lab.study, [one])[0] for one in [*sealed, NewParticipant("P04")]]

    def ends() -> set[tuple[str, str, str]]:
        return {(one.study_id, one.code, one.sealed) for one in lab.participants.sealed_ends()}

    assert ends() == {(lab.study, "P01", "sealed P01"), (lab.study, "P03", "sealed P03")}
    lab.participants.keep_person(lab.study, first, "sealed anew")
    assert ends() == {(lab.study, "P02", "sealed P02"), (lab.study, "P01", "sealed anew")}
    for code in ("P01", "P02"):
        lab.participants.erase(lab.study, lab.one(code).id)
    assert ends() == {(lab.study, "P03", "sealed P03")}

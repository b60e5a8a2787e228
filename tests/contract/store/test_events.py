"""The sink and what is read back: PostgreSQL holds to the letter what the journal holds."""

import msgspec
import psycopg
import pytest

from hristudio_core.journal import (
    Batch,
    ClientStamps,
    Cursor,
    Draft,
    Entry,
    MemoryJournal,
    Shipper,
    SinkMoved,
    SinkUnavailable,
    chain,
    verify,
)
from hristudio_core.store import Database, DatabaseSettings, PostgresSink, PostgresTrials
from tests.servers.drafts import draft, ended, new_trial, started
from tests.servers.postgres import DatabaseUrls


@pytest.fixture
def sink(database: Database) -> PostgresSink:
    return PostgresSink(database)


@pytest.fixture
def trials(database: Database) -> PostgresTrials:
    return PostgresTrials(database)


def _journal(*drafts: Draft) -> tuple[MemoryJournal, list[Entry]]:
    journal = MemoryJournal()
    return journal, journal.append(new_trial(), drafts)


_AWKWARD = 'tab\t newline\n return\r back\\slash \\N \\. quote" Grüß 漢字 🤖 \x01 \u2028'


def test_rows_equal_the_journal_to_the_letter(sink: PostgresSink, trials: PostgresTrials) -> None:
    stamps = ClientStamps(shown_ns=2**62, acted_ns=0, offset_ns=-5, offset_error_ns=-1)
    plain = draft(number=1, client=stamps, text=_AWKWARD, small=1e-300, big=1e300, whole=2**60, none=None)
    awkward = msgspec.structs.replace(
        draft(number=2, nul="a\0b", key={"\0": ["\0", "\\u0000"]}),
        actor=_AWKWARD,
        step=_AWKWARD,
        path="\\N",
        host="\\.",
        source="",
        caused_by=plain.id,
    )
    journal, entries = _journal(started(), plain, awkward, ended(3))
    assert Shipper(journal, sink).step().shipped == 4
    trial = entries[0].trial_id
    assert trials.events(trial) == entries
    assert trials.verify(trial) == []
    assert verify(trials.events(trial)) == []


def test_the_trial_is_what_its_events_say(sink: PostgresSink, trials: PostgresTrials) -> None:
    first = started(condition="robot", seed=2**64 - 1, robot="sim", parameters={"name": "Ada"})
    journal, entries = _journal(first, draft(number=1), ended(2, "aborted"))
    Shipper(journal, sink).step()
    trial = trials.get(entries[0].trial_id)
    assert (trial.protocol, trial.version, trial.digest) == ("greeting", "1.0", "d" * 64)
    assert (trial.participant, trial.condition, trial.mode) == ("P07", "robot", "pilot")
    assert (trial.seed, trial.robot, trial.host) == (2**64 - 1, "sim", "robot")
    assert trial.parameters == {"name": "Ada"}
    assert (trial.outcome, trial.event_count, trial.head_seq) == ("aborted", 3, 3)
    assert trial.head_hash == entries[-1].hash
    assert trial.started_at is not None
    assert trial.ended_at is not None
    assert trials.kinds(trial.id) == {"skill.ended": 1, "trial.ended": 1, "trial.started": 1}


@pytest.mark.parametrize("seed", [-1, 2**64, 1.5e300, "7", None, [1]])
def test_a_start_without_the_usual_fields_is_kept_too(
    sink: PostgresSink, trials: PostgresTrials, seed: object
) -> None:
    odd = draft("trial.started", parameters=[1], protocol=7, participant=None, seed=seed)
    journal, entries = _journal(odd)
    assert Shipper(journal, sink).step().error == ""
    trial = trials.get(entries[0].trial_id)
    assert (trial.protocol, trial.participant, trial.seed, trial.parameters) == ("7", "", None, {})


def test_events_may_come_in_many_batches(sink: PostgresSink, trials: PostgresTrials) -> None:
    journal, entries = _journal(started(), *(draft(number=number) for number in range(1, 9)))
    while (batch := journal.unshipped(2)).entries:
        assert sink.write(batch).stored == len(batch.entries)
        journal.mark_shipped(batch.cursor)
    trial = trials.get(entries[0].trial_id)
    assert (trial.event_count, trial.head_seq, trial.head_hash) == (9, 9, entries[-1].hash)
    assert trials.events(trial.id, from_seq=4, limit=3) == entries[3:6]


def test_a_batch_sent_again_is_no_news(sink: PostgresSink, trials: PostgresTrials) -> None:
    journal, entries = _journal(started(), ended())
    batch = journal.unshipped(9)
    sink.write(batch)
    with pytest.raises(SinkMoved):
        sink.write(Batch(Cursor(journal.id, 7, "x"), batch.entries, batch.cursor))
    again = sink.write(batch)
    assert (again.stored, again.present, again.conflicts) == (0, 2, ())
    assert trials.get(entries[0].trial_id).event_count == 2


def test_the_position_moves_with_the_events(sink: PostgresSink) -> None:
    journal, _ = _journal(started(), ended())
    assert sink.position(journal.id) == Cursor(journal.id)
    batch = journal.unshipped(1)
    sink.write(batch)
    assert sink.position(journal.id) == batch.cursor
    journal.mark_shipped(batch.cursor)
    second = journal.unshipped(1)
    unknown = Batch(Cursor(new_trial(), 5, "x"), second.entries, Cursor(new_trial(), 6, "y"))
    with pytest.raises(SinkMoved):
        sink.write(unknown)
    assert sink.write(second).stored == 1
    with pytest.raises(SinkMoved):
        sink.write(second)


def test_a_different_entry_in_the_same_place_is_kept_apart_and_told(
    sink: PostgresSink, trials: PostgresTrials, database: Database
) -> None:
    journal, entries = _journal(started(), draft(number=1))
    Shipper(journal, sink).step()
    other = MemoryJournal()
    forged = other.append(entries[0].trial_id, [started(protocol="forged"), draft(number=7), draft(number=2)])
    report = Shipper(other, sink).step()
    assert report.conflicts == (forged[0].id, forged[1].id)
    assert "2 entries differ" in report.error
    assert report.backlog == 0
    assert trials.events(entries[0].trial_id)[:2] == entries
    assert trials.get(entries[0].trial_id).protocol == "greeting"
    with database.connection() as connection:
        kept = connection.execute("SELECT entry FROM trial_event_conflict ORDER BY seq").fetchall()
    assert [msgspec.convert(row[0], Entry) for row in kept] == forged[:2]
    problems = trials.verify(entries[0].trial_id)
    assert {(problem.seq, problem.what) for problem in problems} >= {(1, "added"), (2, "added")}


def test_a_database_that_went_back_in_time_gets_again_what_it_lost(
    sink: PostgresSink, trials: PostgresTrials, database_urls: DatabaseUrls
) -> None:
    journal, entries = _journal(started(), *(draft(number=number) for number in range(1, 6)))
    shipper = Shipper(journal, sink)
    batch = journal.unshipped(3)
    sink.write(batch)
    with psycopg.connect(database_urls.admin) as connection:
        connection.execute("ALTER TABLE trial_event DISABLE TRIGGER USER")
        connection.execute("DELETE FROM trial_event WHERE seq > 2")
        connection.execute("ALTER TABLE trial_event ENABLE ALWAYS TRIGGER trial_event_append_only")
        connection.execute("UPDATE journal_position SET row = 2, hash = %s", [entries[1].hash])
        connection.execute(
            "UPDATE trial SET event_count = 2, head_seq = 2, head_hash = %s", [entries[1].hash]
        )
    journal.mark_shipped(batch.cursor)
    while shipper.step().backlog:
        pass
    assert trials.events(entries[0].trial_id) == entries
    assert trials.verify(entries[0].trial_id) == []


@pytest.mark.parametrize(
    "change", ["UPDATE trial_event SET payload = '{}'", "DELETE FROM trial_event", "TRUNCATE trial_event"]
)
@pytest.mark.parametrize("who", ["app", "owner", "admin"])
def test_events_cannot_be_changed(
    sink: PostgresSink,
    database_urls: DatabaseUrls,
    who: str,
    change: str,
) -> None:
    journal, entries = _journal(started(), ended())
    Shipper(journal, sink).step()
    expected = psycopg.errors.InsufficientPrivilege if who == "app" else psycopg.errors.RestrictViolation
    with psycopg.connect(getattr(database_urls, who), autocommit=True) as connection:
        if who == "admin":
            connection.execute("SET session_replication_role = replica")
        with pytest.raises(expected):
            connection.execute(change)
        assert connection.execute("SELECT count(*) FROM trial_event").fetchone() == (2,)
    assert len(entries) == 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE trial_event SET actor = 'x' WHERE seq = 2", {(2, "altered")}),
        ("UPDATE trial_event SET payload_text = '{}', payload = '{}' WHERE seq = 2", {(2, "altered")}),
        ("UPDATE trial_event SET payload = '{}' WHERE seq = 2", {(2, "altered")}),
        ("DELETE FROM trial_event WHERE seq = 2", {(2, "dropped")}),
        ("DELETE FROM trial_event WHERE seq = 4", {(4, "truncated")}),
    ],
)
def test_the_chain_tells_what_a_superuser_did(
    sink: PostgresSink,
    trials: PostgresTrials,
    database_urls: DatabaseUrls,
    change: str,
    expected: set[tuple[int, str]],
) -> None:
    journal, entries = _journal(started(), draft(number=1), draft(number=2), ended(3))
    Shipper(journal, sink).step()
    with psycopg.connect(database_urls.admin) as connection:
        connection.execute("ALTER TABLE trial_event DISABLE TRIGGER USER")
        connection.execute(change)
    assert {(problem.seq, problem.what) for problem in trials.verify(entries[0].trial_id)} == expected


def test_plain_sql_can_follow_the_chain(sink: PostgresSink, database: Database) -> None:
    journal, entries = _journal(started(), draft(number=1))
    Shipper(journal, sink).step()
    with database.connection() as connection:
        found = connection.execute("SELECT encode(hash, 'hex') FROM trial_event ORDER BY seq").fetchall()
    assert [row[0] for row in found] == [entry.hash for entry in entries]
    assert chain(entries[0].hash, entries[1]) == entries[1].hash


def test_annotations_are_a_view(sink: PostgresSink, database: Database) -> None:
    note = draft("annotation", 1, text="laughs", tags=["affect"], from_ns=5, to_ns=2**60)
    journal, _ = _journal(started(), note)
    Shipper(journal, sink).step()
    with database.connection() as connection:
        found = connection.execute("SELECT text, tags, from_ns, to_ns FROM annotation").fetchall()
    assert found == [("laughs", ["affect"], 5, 2**60)]


def test_many_trials_in_one_batch(sink: PostgresSink, trials: PostgresTrials) -> None:
    journal = MemoryJournal()
    for number in range(20):
        journal.append(new_trial(), [started(participant=f"P{number}"), ended()])
    assert Shipper(journal, sink).step().shipped == 40
    assert (trials.totals().trials, trials.totals().running, trials.totals().events) == (20, 0, 40)


def test_works_behind_a_transaction_pooler(database_url: str, trials: PostgresTrials) -> None:
    pooled = Database.open(DatabaseSettings(database_url, pooler=True, max_size=1))
    journal, entries = _journal(started(), *(draft(number=number) for number in range(1, 40)))
    sink = PostgresSink(pooled)
    for _ in range(20):
        batch = journal.unshipped(2)
        sink.write(batch)
        journal.mark_shipped(batch.cursor)
    with pooled.connection() as connection:
        prepared = connection.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
    pooled.close()
    assert prepared == (0,)
    assert trials.events(entries[0].trial_id) == entries


def test_nobody_there_is_told_as_away() -> None:
    settings = DatabaseSettings("postgresql://nobody@127.0.0.1:1/none", min_size=0, wait_s=0.5)
    away = Database.open(settings)
    sink = PostgresSink(away)
    journal, _ = _journal(started())
    with pytest.raises(SinkUnavailable):
        sink.position(journal.id)
    report = Shipper(journal, sink).step()
    assert "away" in report.error
    assert report.backlog == 1
    away.close()

"""Reading trials from a journal, and proving them whole."""

import json
import sqlite3
from pathlib import Path

import msgspec
import pytest

from hristudio_core.cli import main
from hristudio_core.cli._verb import Exit
from hristudio_core.cli.trial._proof import compare
from hristudio_core.cli.trial._report import decisions, latencies, spread
from hristudio_core.cli.trial._source import moment
from hristudio_core.cli.trial.run import WIDTH, _print_report
from hristudio_core.journal import Draft, Entry, SqliteJournal, canonical_json

TRIAL = "0193f0a0-0000-7000-8000-000000000001"
OTHER = "0193f0a1-0000-7000-8000-000000000001"
MS = 1_000_000


def draft(number: int, kind: str, at_ms: int = 0, **payload: object) -> Draft:
    return Draft(
        id=f"0193f0a0-0000-7000-8000-{number:012d}",
        kind=kind,
        wall_ns=1_700_000_000_000_000_000 + at_ms * MS,
        monotonic_ns=at_ms * MS,
        ros_ns=0,
        host="host",
        payload=canonical_json(payload),
    )


FACTS = [
    draft(1, "trial.started", 0, protocol="greeting", digest="d", participant="P1", mode="pilot", seed=7),
    draft(2, "step.entered", 1, step="hello", visit=1),
    draft(3, "skill.requested", 10, goal="a", skill="say"),
    draft(4, "skill.accepted", 14, goal="a"),
    draft(5, "skill.ended", 110, goal="a", outcome="succeeded"),
    draft(6, "prompt.answered", 120, option="yes", text=""),
    draft(7, "branch.taken", 121, case=0),
    draft(8, "trial.ended", 130, outcome="completed"),
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HRISTUDIO_DATA", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "journal").mkdir()
    journal = SqliteJournal.writer(tmp_path / "journal" / "default.sqlite")
    journal.append(TRIAL, FACTS)
    journal.append(OTHER, [msgspec.structs.replace(fact, id=f"{fact.id[:-1]}f") for fact in FACTS[:1]])
    journal.close()
    return tmp_path


def entries(data: Path) -> list[Entry]:
    journal = SqliteJournal.reader(data / "journal" / "default.sqlite")
    found = journal.read(TRIAL)
    journal.close()
    return found


def test_trials_are_listed_newest_first(data: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["trial", "list", "--json"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert [(item["trial_id"], item["outcome"], item["events"]) for item in told] == [
        (OTHER, "", 1),
        (TRIAL, "completed", 8),
    ]
    assert main(["trial", "list"]) == Exit.OK
    assert "running" in capsys.readouterr().out


def test_a_trial_is_named_by_a_beginning_or_as_the_last(data: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["trial", "show", TRIAL[:8], "--json"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert (told["participant"], told["seed"], told["kinds"]["skill.ended"]) == ("P1", 7, 1)
    assert main(["trial", "show", "last", "--json"]) == Exit.OK
    assert json.loads(capsys.readouterr().out)["trial_id"] == OTHER
    assert main(["trial", "show", "0193"]) == Exit.CANNOT_NOW
    assert "may be any of" in capsys.readouterr().err
    assert main(["trial", "show", "ffff"]) == Exit.CANNOT_NOW
    assert "trial list" in capsys.readouterr().err


def test_events_are_printed_exactly_as_they_are_kept(data: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["trial", "events", TRIAL, "--json"]) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert [msgspec.json.decode(line, type=Entry) for line in lines] == entries(data)
    assert main(["trial", "events", TRIAL, "--kind", "skill.ended"]) == Exit.OK
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert "skill.ended" in lines[0]


def test_a_whole_chain_is_proved(data: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["trial", "verify", TRIAL, "--from", "journal", "--json"]) == Exit.OK
    told = json.loads(capsys.readouterr().out)
    assert told["whole"]
    assert told["head_hash"] == entries(data)[-1].hash


def test_an_altered_event_is_told_with_its_number(data: Path, capsys: pytest.CaptureFixture[str]):
    with sqlite3.connect(data / "journal" / "default.sqlite") as connection:
        table = "entry"
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        changed = connection.execute(
            f"UPDATE {table} SET actor = 'nobody' WHERE seq = 5 AND kind = 'skill.ended'"
        )
        assert changed.rowcount == 1
    connection.close()
    assert main(["trial", "verify", TRIAL, "--from", "journal"]) == Exit.NOT_IN_ORDER
    assert "seq 5" in capsys.readouterr().out


def test_differences_between_journal_and_database_are_told(data: Path):
    kept = entries(data)
    stored = [msgspec.structs.replace(kept[1], actor="nobody"), *kept[2:]]
    faults = {(fault.seq, fault.what, fault.place) for fault in compare(kept, stored)}
    assert faults == {(1, "dropped", "database"), (2, "altered", "database")}
    assert compare(kept, kept) == []
    assert [fault.place for fault in compare(kept[:-1], kept)] == ["journal"]


def test_latencies_are_measured_from_the_request(data: Path):
    found = latencies(entries(data))
    assert found["skill_accept_ms"].p50 == 4.0
    assert found["skill_end_ms"].max == 100.0


def test_decisions_are_told_in_order(data: Path):
    assert decisions(entries(data)) == ["step.entered : hello", "prompt.answered : yes", "branch.taken : 0"]


def test_a_spread_takes_the_nearest_rank():
    found = spread([float(number) for number in range(100, 0, -1)])
    assert (found.count, found.p50, found.p95, found.max) == (100, 50.0, 95.0, 100.0)
    assert spread([3.0]).p95 == 3.0


def test_where_no_trial_is_kept_yet_the_way_to_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HRISTUDIO_DATA", str(tmp_path))
    assert main(["trial", "list"]) == Exit.OK
    assert "hristudio trial run greeting" in capsys.readouterr().out
    assert main(["trial", "list", "--json"]) == Exit.OK
    assert json.loads(capsys.readouterr().out) == []
    assert main(["trial", "events", "last"]) == Exit.CANNOT_NOW
    assert "hristudio trial run greeting" in capsys.readouterr().err


def test_a_trial_is_shown_with_times_that_people_read(data: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["trial", "show", TRIAL]) == Exit.OK
    told = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line)
    assert told["trial_id"] == TRIAL
    assert told["started"] == moment(FACTS[0].wall_ns)
    assert told["ended"].startswith("2023-11-1")


def test_a_trial_that_never_began_says_nothing_of_the_database(capsys: pytest.CaptureFixture[str]):
    refused = {"trial_id": "", "outcome": "refused", "reason": "no robot", "seed": 0, "events": 0}
    _print_report({**refused, "duration_s": 0.0, "database": {"rows": 0, "equal_to_journal": False}})
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == ["outcome refused, no trial began", "reason no robot"]


def test_a_report_stands_in_columns(data: Path, capsys: pytest.CaptureFixture[str]):
    found = msgspec.to_builtins(latencies(entries(data)))
    told = {"trial_id": TRIAL, "outcome": "completed", "duration_s": 0.123456, "latencies": found}
    _print_report({**told, "database": {"rows": 8, "equal_to_journal": True}})
    lines = capsys.readouterr().out.splitlines()
    assert {line[WIDTH] for line in lines} == {" "}
    assert "duration_s      0.1" in lines
    assert "skill_accept_ms p50 4.0, p95 4.0, max 4.0 of 1" in lines


def test_a_database_that_is_away_is_no_broken_record(capsys: pytest.CaptureFixture[str]):
    told = {"trial_id": TRIAL, "outcome": "completed", "duration_s": 1.0}
    _print_report({**told, "database": {"rows": 0, "equal_to_journal": False, "trouble": "the disk is full"}})
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "database        holds none of it yet; the journal has it all (the disk is full)"

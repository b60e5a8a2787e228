"""One contract for feature flags in PostgreSQL and their double."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg
import pytest

from hristudio_core.flags import Rule, State
from hristudio_core.store import (
    LAB_BENCH,
    Audit,
    Database,
    DatabaseRefused,
    DatabaseUnavailable,
    Flags,
    InvalidValue,
    MemoryAudit,
    MemoryFlags,
    PostgresAudit,
    PostgresFlags,
)
from tests.servers.postgres import DatabaseUrls

OFF, ON = Rule(State.OFF), Rule(State.ON)
ADA = "0190c5a0-0000-7000-8000-00000000000a"


@dataclass(frozen=True)
class Board:
    """Flags, their audit trail, and what has the trail take no line any more."""

    flags: Flags
    audit: Audit
    close_trail: Callable[[], None]


@pytest.fixture(params=["memory", "postgres"])
def board(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Board:
    if request.param == "memory":
        audit = MemoryAudit()

        def refuse(*_: object, **__: object) -> None:
            raise DatabaseUnavailable("away")

        return Board(MemoryFlags(audit), audit, lambda: monkeypatch.setattr(audit, "record", refuse))
    database: Database = request.getfixturevalue("database")
    urls: DatabaseUrls = request.getfixturevalue("database_urls")

    def revoke() -> None:
        with psycopg.connect(urls.owner) as owner:
            owner.execute("REVOKE INSERT ON audit FROM hristudio_app")

    return Board(PostgresFlags(database), PostgresAudit(database), revoke)


@pytest.fixture
def flags(board: Board) -> Flags:
    return board.flags


def test_what_is_set_is_kept_changed_and_cleared(flags: Flags) -> None:
    assert flags.all() == {}
    some = Rule(State.SOME, (LAB_BENCH,), ("wizard", "owner"), 20)
    assert flags.change("camera", some)
    assert flags.change("plots", OFF)
    assert flags.all() == {"camera": some, "plots": OFF}
    assert flags.change("camera", ON)
    assert flags.change("plots", None)
    assert flags.all() == {"camera": ON}


def test_each_change_has_its_line_with_what_was_before(board: Board) -> None:
    board.flags.change("camera", OFF, account_id=ADA, address="10.0.0.7")
    board.flags.change("camera", None, by="ada@robot-host")
    cleared, was_set = board.audit.page(subject="flag:camera")
    assert (was_set.action, was_set.account_id, was_set.address) == ("flag.set", ADA, "10.0.0.7")
    assert was_set.detail == {"from": "on for everybody (default)", "to": "off for everybody"}
    assert (cleared.action, cleared.account_id) == ("flag.cleared", None)
    assert cleared.detail["from"] == "off for everybody"
    assert cleared.detail["by"] == "ada@robot-host"


def test_what_was_so_already_is_no_change(board: Board) -> None:
    assert not board.flags.change("camera", None)
    board.flags.change("camera", Rule(State.SOME, (LAB_BENCH,)))
    assert not board.flags.change("camera", Rule(State.SOME, (LAB_BENCH.upper(),)))
    assert len(board.audit.page(subject="flag:camera")) == 1


def test_nothing_is_changed_that_the_trail_does_not_keep(board: Board) -> None:
    board.flags.change("camera", OFF)
    board.close_trail()
    for rule in (ON, None):
        with pytest.raises((DatabaseUnavailable, DatabaseRefused)):
            board.flags.change("camera", rule)
    assert board.flags.all() == {"camera": OFF}


def test_of_many_at_once_each_says_truly_what_was_before(board: Board) -> None:
    rules = [Rule(State.SOME, share=share) for share in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda rule: board.flags.change("camera", rule), rules))
    lines = board.audit.page(subject="flag:camera")[::-1]
    assert [one.detail["from"] for one in lines[1:]] == [one.detail["to"] for one in lines[:-1]]
    assert len(lines) == len(rules)


@pytest.mark.parametrize("rule", [Rule(State.SOME, share=101), Rule(State.SOME, studies=("gaze",))])
def test_what_is_no_rule_is_refused(flags: Flags, rule: Rule) -> None:
    with pytest.raises(InvalidValue):
        flags.change("camera", rule)
    assert flags.all() == {}

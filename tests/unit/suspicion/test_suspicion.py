"""The rules of what is suspicious, and how cases are raised once, held, looked at and raised again."""

import itertools
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from msgspec.structs import replace

from hristudio_core.store import AuditRecord
from hristudio_core.suspicion import (
    ACKNOWLEDGED,
    CASES,
    FACTS,
    RULES,
    TOLD,
    Kind,
    Suspicion,
    count,
    find,
    read,
)

NOON = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
MINUTE = timedelta(minutes=1)
IDS = itertools.count(1)
ADA, EVE = "account:ada", "account:eve"


def fact(
    action: str, subject: str = ADA, at: int = 0, address: str = "10.0.0.1", **detail: Any
) -> AuditRecord:
    return AuditRecord(next(IDS), NOON + at * MINUTE, None, action, subject, detail, address)


def facts(times: int, action: str, subject: str = ADA, **values: Any) -> list[AuditRecord]:
    return [fact(action, subject, at, **values) for at in range(times)]


def kinds(records: list[AuditRecord]) -> set[tuple[Kind, str]]:
    return {one.key for one in find(records)}


CAUSES = {
    Kind.GUESSING: lambda times: facts(times, "session.refused", locked=False),
    Kind.LOCKED: lambda times: facts(times, "session.refused", locked=True),
    Kind.SPRAYING: lambda times: [fact("session.refused", f"account:{number}") for number in range(times)],
    Kind.STRANGERS: lambda times: facts(times, "session.refused", "account:unknown"),
    Kind.SECOND_FACTOR: lambda times: facts(times, "session.refused", second_factor=True),
    Kind.PROOF: lambda times: facts(times, "session.proof_refused"),
    Kind.ACCESS: lambda times: facts(times, "access.refused"),
    Kind.SPENT: lambda times: facts(times, "token.refused"),
    Kind.UNKNOWN_TOKENS: lambda times: facts(times, "token.refused", "account:unknown"),
}
SUBJECT = dict.fromkeys((Kind.SPRAYING, Kind.STRANGERS, Kind.UNKNOWN_TOKENS), "address:10.0.0.1")


@pytest.mark.parametrize("kind", Kind)
def test_it_takes_as_many_as_the_rule_says(kind: Kind) -> None:
    least = RULES[kind].least
    key = kind, SUBJECT.get(kind, ADA)
    assert key in kinds(CAUSES[kind](least))
    assert key not in kinds(CAUSES[kind](least - 1))


def test_every_rule_counts_what_is_asked_for() -> None:
    assert set(RULES) == set(CAUSES) == set(Kind)
    assert {rule.action for rule in RULES.values()} == set(FACTS)
    assert {f"suspicion.{kind.value}" for kind in Kind} < set(CASES)


def test_ordinary_mistakes_are_not_suspicious() -> None:
    clumsy = facts(4, "session.refused", locked=False) + facts(2, "session.refused", second_factor=True)
    others = [fact("session.refused", f"account:{number}", address=f"10.0.1.{number}") for number in range(9)]
    assert kinds(clumsy + others + facts(9, "access.refused") + facts(50, "session.opened")) == set()


def test_what_counts_for_one_counts_for_nobody_else() -> None:
    half = RULES[Kind.GUESSING].least // 2
    assert kinds(facts(half, "session.refused") + facts(half, "session.refused", EVE)) == set()


def test_who_shares_no_address_is_not_told_apart_by_it() -> None:
    nowhere = [fact("session.refused", f"account:{number}", address="") for number in range(9)]
    assert kinds(nowhere + facts(30, "session.refused", "account:unknown", address="")) == set()


def test_gathered_refusals_count_as_often_as_they_were() -> None:
    gathered = [fact("access.refused", times=20), fact("access.refused", at=1, times=11, address="10.0.0.2")]
    assert find(gathered) == [Suspicion(Kind.ACCESS, ADA, 31, 2, NOON, NOON + MINUTE)]


def test_what_was_looked_at_counts_no_more() -> None:
    records = facts(12, "session.refused")
    key = Kind.GUESSING, ADA
    assert count(records, {key: NOON + 3 * MINUTE})[key].count == 8
    assert key not in {one.key for one in find(records, {key: NOON + 3 * MINUTE})}
    assert key in {one.key for one in find(records, {(Kind.LOCKED, ADA): NOON + 30 * MINUTE})}


FOUND = Suspicion(Kind.GUESSING, ADA, 12, 2, NOON - 9 * MINUTE, NOON)


def raised(found: Suspicion = FOUND, at: int = 0) -> AuditRecord:
    return fact(found.action, found.subject, at, **found.detail())


def test_a_case_is_what_was_raised() -> None:
    record = raised()
    book = read([record])
    assert [(case.id, case.raised_at, case.suspicion) for case in book.open] == [(record.id, NOON, FOUND)]
    assert book.newest == {FOUND.key: record.id}
    assert read([]).open == ()


def test_an_open_case_holds_back_its_like_for_a_day() -> None:
    book = read([raised()])
    assert not book.due(replace(FOUND, last=NOON + timedelta(hours=23)))
    assert book.due(replace(FOUND, last=NOON + timedelta(hours=25)))
    assert book.due(Suspicion(Kind.GUESSING, EVE, 12, 2, NOON, NOON))
    assert book.due(Suspicion(Kind.LOCKED, ADA, 12, 2, NOON, NOON))


def test_one_that_is_raised_again_is_still_one_case() -> None:
    first, again = raised(), raised(Suspicion(Kind.GUESSING, ADA, 40, 3, NOON, NOON + MINUTE), 1500)
    [case] = read([first, again]).open
    assert (case.id, case.suspicion.count) == (again.id, 40)
    assert case.suspicion.since == FOUND.since


@pytest.fixture
def closed() -> list[AuditRecord]:
    first = raised()
    return [first, fact(ACKNOWLEDGED, f"suspicion:{first.id}", 5)]


def test_one_that_was_looked_at_is_closed(closed: list[AuditRecord]) -> None:
    book = read(closed)
    assert book.open == ()
    assert book.looked == {FOUND.key: NOON + 5 * MINUTE}
    assert book.due(FOUND)
    assert book.newest == {FOUND.key: closed[0].id}


def test_closing_an_old_one_leaves_a_new_one_open(closed: list[AuditRecord]) -> None:
    first, acknowledged = closed
    newer = raised(at=4)
    assert [case.id for case in read([first, newer, acknowledged]).open] == [newer.id]
    # The newer one closes the older with it.
    assert read([first, newer, fact(ACKNOWLEDGED, f"suspicion:{newer.id}", 6)]).open == ()


def test_a_letter_tells_of_each_case_once() -> None:
    first, second = raised(), raised(Suspicion(Kind.LOCKED, EVE, 1, 1, NOON, NOON), 1)
    told = fact(TOLD, "accounts:administrators", 2, upto=first.id)
    book = read([first, second, told])
    assert [case.id for case in book.untold] == [second.id]
    assert [case.id for case in read([first, second]).untold] == [second.id, first.id]


def test_what_was_closed_is_not_told_of(closed: list[AuditRecord]) -> None:
    assert read(closed).untold == ()
    # Of a case that is older than what is read, nothing is known.
    assert read(closed[1:]).open == ()

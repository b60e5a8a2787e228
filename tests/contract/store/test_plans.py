"""One contract for planned trials, in PostgreSQL and in their double."""

import dataclasses
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

import psycopg
import pytest

from hristudio_core.journal import MemoryJournal, Shipper
from hristudio_core.store import (
    LAB_BENCH,
    Account,
    Accounts,
    AlreadyExists,
    Database,
    InvalidValue,
    MemoryAccounts,
    MemoryPlans,
    MemoryStudies,
    MemoryTrials,
    NotFound,
    Plan,
    PlanClosed,
    PlanFilter,
    Plans,
    PlanState,
    PostgresAccounts,
    PostgresPlans,
    PostgresSink,
    PostgresStudies,
    PostgresTrials,
    Studies,
    Trials,
)
from tests.servers.drafts import ended, started
from tests.servers.postgres import DatabaseUrls

NOON = datetime(2026, 12, 1, 12, tzinfo=timezone.utc)
NOBODY = "00000000-0000-7000-8000-000000000099"


class Lab(NamedTuple):
    accounts: Accounts
    studies: Studies
    plans: Plans
    trials: Trials
    database: Database | None
    ada: Account

    def keep(self, trial_id: str) -> None:
        """Store a finished trial, as a robot host's journal brings it."""
        journal = MemoryJournal()
        entries = journal.append(trial_id, [started(), ended(1)])
        if isinstance(self.trials, MemoryTrials):
            self.trials.add(entries)
        elif self.database is not None:
            assert Shipper(journal, PostgresSink(self.database)).step().error == ""


@pytest.fixture(params=["memory", "postgres"])
def lab(request: pytest.FixtureRequest) -> Lab:
    if request.param == "memory":
        people, trials = MemoryAccounts(), MemoryTrials()
        studies = MemoryStudies(people, trials)
        plans = MemoryPlans(people, studies, trials)
        return Lab(people, studies, plans, trials, None, people.create("ada@x.org", "Ada", "member"))
    database: Database = request.getfixturevalue("database")
    accounts = PostgresAccounts(database)
    parts = accounts, PostgresStudies(database), PostgresPlans(database), PostgresTrials(database)
    return Lab(*parts, database, accounts.create("ada@x.org", "Ada", "member"))


def plan(hours: float = 0, **given: object) -> Plan:
    made = Plan(NOON + timedelta(hours=hours), "P01", "greeting", "ab" * 32, "live")
    return dataclasses.replace(made, **given)  # type: ignore[arg-type]


def listed(lab: Lab, which: PlanFilter, limit: int = 50) -> list[str]:
    """Go through all pages of a list."""
    found, after = [], None
    while True:
        page = lab.plans.page(which, after, limit)
        assert len(page.plans) <= limit
        found += [one.plan.participant for one in page.plans]
        if page.next is None:
            return found
        after = page.next


def test_a_plan_is_found_as_it_was_made(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    wanted = plan(condition="slow", wizard_id=lab.ada.id, note="brings a friend")
    made = lab.plans.create(study.id, wanted)
    assert lab.plans.get(made.id) == made
    assert (made.plan, made.study, made.wizard) == (wanted, "Gaze", "Ada")
    assert (made.state, made.trial_id, made.kept, made.outcome) == (PlanState.OPEN, None, False, "")


def test_a_plan_is_changed_cancelled_and_taken_up_again(lab: Lab) -> None:
    made = lab.plans.create(LAB_BENCH, plan(wizard_id=lab.ada.id))
    other = plan(2, participant="P02", mode="pilot")
    assert lab.plans.change(made.id, other).plan == other
    assert lab.plans.cancel(made.id).state is PlanState.CANCELLED
    for refused in (
        lambda: lab.plans.cancel(made.id),
        lambda: lab.plans.change(made.id, plan()),
        lambda: lab.plans.start(made.id, str(uuid.uuid4()), lab.ada.id),
    ):
        with pytest.raises(PlanClosed):
            refused()
    assert lab.plans.reopen(made.id).state is PlanState.OPEN
    assert lab.plans.get(made.id).plan == other


def test_what_cannot_be_is_refused(lab: Lab) -> None:
    with pytest.raises(NotFound):
        lab.plans.create(NOBODY, plan())
    wrongs = ({"participant": ""}, {"digest": "x"}, {"mode": "real"}, {"protocol": ""}, {"wizard_id": NOBODY})
    for wrong in wrongs:
        with pytest.raises(InvalidValue):
            lab.plans.create(LAB_BENCH, plan(**wrong))
    for unknown in (NOBODY, "no id"):
        for call in (lab.plans.get, lab.plans.cancel, lab.plans.reopen):
            with pytest.raises(NotFound):
                call(unknown)
    assert listed(lab, PlanFilter()) == []


def test_a_plan_is_started_once_and_its_trial_belongs_to_its_study(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    made, trial = lab.plans.create(study.id, plan()), str(uuid.uuid4())
    begun = lab.plans.start(made.id, trial, lab.ada.id)
    assert (begun.state, begun.trial_id, begun.kept) == (PlanState.STARTED, trial, False)
    assert (lab.plans.study_of(trial), lab.plans.study_of(NOBODY)) == (study.id, None)
    with pytest.raises(PlanClosed):
        lab.plans.start(made.id, str(uuid.uuid4()), lab.ada.id)
    # The robot host did not take it: as if nothing had been.
    assert lab.plans.reopen(made.id).trial_id is None
    assert lab.plans.study_of(trial) is None
    again = str(uuid.uuid4())
    lab.plans.start(made.id, again, lab.ada.id)
    lab.keep(again)
    done = lab.plans.get(made.id)
    assert (done.kept, done.outcome) == (True, "completed")
    assert lab.trials.get(again).study_id == study.id
    with pytest.raises(PlanClosed):
        lab.plans.reopen(made.id)


@pytest.mark.parametrize("limit", [1, 2, 50])
def test_lists_are_filtered_and_paged_by_time(lab: Lab, limit: int) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    lab.plans.create(study.id, plan(3, participant="P3", note="100 %"))
    lab.plans.create(study.id, plan(1, participant="P1", wizard_id=lab.ada.id))
    cancelled = lab.plans.create(LAB_BENCH, plan(2, participant="P2"))
    lab.plans.create(study.id, plan(3, participant="P4", condition="Slow"))
    lab.plans.cancel(cancelled.id)
    assert listed(lab, PlanFilter(), limit) == ["P1", "P2", "P3", "P4"]
    assert listed(lab, PlanFilter(state=PlanState.OPEN), limit) == ["P1", "P3", "P4"]
    assert listed(lab, PlanFilter(studies=frozenset({LAB_BENCH})), limit) == ["P2"]
    assert listed(lab, PlanFilter(studies=frozenset()), limit) == []
    assert listed(lab, PlanFilter(wizard_id=lab.ada.id), limit) == ["P1"]
    assert listed(lab, PlanFilter(until=NOON + timedelta(hours=3)), limit) == ["P1", "P2"]
    assert listed(lab, PlanFilter(words="%"), limit) == ["P3"]
    assert listed(lab, PlanFilter(words="slow"), limit) == ["P4"]
    lab.studies.change(study.id, archived=True)
    assert listed(lab, PlanFilter(archived=False), limit) == ["P2"]


def test_two_who_start_one_plan_at_once_do_not_both_succeed(database: Database) -> None:
    accounts, plans = PostgresAccounts(database), PostgresPlans(database)
    ada = accounts.create("ada@x.org", "Ada", "member")
    outcomes: list[str] = []
    for _ in range(10):
        made = plans.create(LAB_BENCH, plan())
        gate = threading.Barrier(2)

        def start(plan_id: str = made.id, gate: threading.Barrier = gate) -> None:
            gate.wait()
            try:
                plans.start(plan_id, str(uuid.uuid4()), ada.id)
                outcomes.append("started")
            except PlanClosed:
                outcomes.append("refused")

        threads = [threading.Thread(target=start) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcomes) == ["refused"] * 10 + ["started"] * 10


def test_ten_thousand_plans_are_listed_fast(database: Database, database_urls: DatabaseUrls) -> None:
    with psycopg.connect(database_urls.owner) as connection:
        connection.execute(
            "INSERT INTO planned_trial (id, study_id, planned_at, participant, protocol, digest, mode)"
            " SELECT gen_random_uuid(), %s, now() + n * interval '1 hour', 'P' || n, 'greeting',"
            " repeat('ab', 32), 'live' FROM generate_series(1, 10000) AS n",
            [LAB_BENCH],
        )
        connection.execute("ANALYZE planned_trial")
    plans = PostgresPlans(database)
    bench = frozenset({LAB_BENCH})
    for which in (PlanFilter(bench), PlanFilter(state=PlanState.OPEN), PlanFilter(bench, words="p99")):
        after = plans.page(which, None, 50).next
        took = []
        for _ in range(5):
            began = time.perf_counter()
            assert len(plans.page(which, after, 50).plans) == 50
            took.append(time.perf_counter() - began)
        # The best of five: what the list costs, and not what else the machine does.
        assert min(took) < 2.0, which


def test_a_trial_that_nobody_planned_belongs_to_the_study_it_is_begun_in(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    trial = str(uuid.uuid4())
    lab.plans.begin(study.id, trial, lab.ada.id)
    assert lab.plans.study_of(trial) == study.id
    with pytest.raises(AlreadyExists):
        lab.plans.begin(LAB_BENCH, trial, lab.ada.id)
    lab.plans.forget(trial)
    assert lab.plans.study_of(trial) is None
    with pytest.raises(NotFound):
        lab.plans.begin(NOBODY, trial, lab.ada.id)
    lab.plans.begin(study.id, trial, lab.ada.id)
    lab.keep(trial)
    assert lab.trials.get(trial).study_id == study.id


def test_only_what_was_begun_is_forgotten(lab: Lab) -> None:
    planned = lab.plans.create(LAB_BENCH, plan())
    trial = str(uuid.uuid4())
    lab.plans.start(planned.id, trial, lab.ada.id)
    lab.plans.forget(trial)
    assert lab.plans.get(planned.id).trial_id == trial
    assert lab.plans.study_of(trial) == LAB_BENCH

"""One contract for experiments, in PostgreSQL and in their double."""

import dataclasses
import uuid
from datetime import datetime, timezone
from typing import NamedTuple

import pytest

from hristudio_core.journal import MemoryJournal, Shipper
from hristudio_core.store import (
    LAB_BENCH,
    Account,
    Accounts,
    AlreadyExists,
    Database,
    Experiments,
    InvalidValue,
    MemoryAccounts,
    MemoryExperiments,
    MemoryPlans,
    MemorySessions,
    MemoryStudies,
    MemoryTrials,
    MemoryUsage,
    NotFound,
    Plan,
    Plans,
    PostgresAccounts,
    PostgresExperiments,
    PostgresPlans,
    PostgresSink,
    PostgresStudies,
    PostgresTrials,
    PostgresUsage,
    Studies,
    TrialFilter,
    Trials,
    TrialsStarted,
    Usage,
)
from tests.servers.drafts import ended, started

NOBODY = "00000000-0000-7000-8000-000000000099"
PLAN = Plan(datetime(2026, 12, 1, 12, tzinfo=timezone.utc), "P01", "greeting", "ab" * 32, "live")


class Lab(NamedTuple):
    studies: Studies
    experiments: Experiments
    plans: Plans
    trials: Trials
    usage: Usage
    ada: Account
    database: Database | None

    def keep(self, trial_id: str) -> None:
        """Store a finished trial, as a robot host's journal brings it."""
        journal = MemoryJournal()
        entries = journal.append(trial_id, [started(mode="live"), ended(1)])
        if isinstance(self.trials, MemoryTrials):
            self.trials.add(entries)
        elif self.database is not None:
            assert Shipper(journal, PostgresSink(self.database)).step().error == ""


@pytest.fixture(params=["memory", "postgres"])
def lab(request: pytest.FixtureRequest) -> Lab:
    if request.param == "memory":
        people, trials = MemoryAccounts(), MemoryTrials()
        studies = MemoryStudies(people, trials)
        experiments = MemoryExperiments(studies, trials)
        plans = MemoryPlans(people, studies, trials, experiments)
        usage = MemoryUsage(trials, people, MemorySessions(people))
        return Lab(studies, experiments, plans, trials, usage, _ada(people), None)
    database: Database = request.getfixturevalue("database")
    return Lab(
        PostgresStudies(database),
        PostgresExperiments(database),
        PostgresPlans(database),
        PostgresTrials(database),
        PostgresUsage(database),
        _ada(PostgresAccounts(database)),
        database,
    )


def _ada(accounts: Accounts) -> Account:
    return accounts.create("ada@x.org", "Ada", "member")


def test_one_is_made_renamed_and_archived(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    made = lab.experiments.create(study.id, "  Distance ")
    assert (made.name, made.study_id, made.archived_at, made.trials) == ("Distance", study.id, None, 0)
    assert lab.experiments.get(made.id) == made
    assert lab.experiments.change(made.id, name="Nearness").name == "Nearness"
    archived = lab.experiments.change(made.id, archived=True)
    assert archived.archived_at
    assert lab.experiments.change(made.id, archived=True) == archived
    assert lab.experiments.change(made.id, archived=False).archived_at is None


def test_they_are_listed_by_name_and_study(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    for name in ("b", "A", "c"):
        lab.experiments.create(study.id, name)
    lab.experiments.create(LAB_BENCH, "B")
    assert [one.name for one in lab.experiments.of(frozenset({study.id}))] == ["A", "b", "c"]
    assert len(lab.experiments.of(frozenset({study.id, LAB_BENCH}))) == 4
    assert lab.experiments.of(frozenset()) == []


def test_what_cannot_be_is_refused(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    made = lab.experiments.create(study.id, "Distance")
    other = lab.experiments.create(study.id, "Height")
    with pytest.raises(AlreadyExists):
        lab.experiments.create(study.id, "distance")
    with pytest.raises(AlreadyExists):
        lab.experiments.change(other.id, name="DISTANCE")
    assert lab.experiments.change(made.id, name="distance").name == "distance"
    with pytest.raises(InvalidValue):
        lab.experiments.create(study.id, "  ")
    for refused in (
        lambda: lab.experiments.create(NOBODY, "Distance"),
        lambda: lab.experiments.get(NOBODY),
        lambda: lab.experiments.change(NOBODY, name="x"),
        lambda: lab.experiments.get("none"),
    ):
        with pytest.raises((NotFound, InvalidValue)):
            refused()


def test_a_plans_trial_belongs_to_the_plans_experiment(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    one = lab.experiments.create(study.id, "Distance")
    planned = lab.plans.create(study.id, dataclasses.replace(PLAN, experiment_id=one.id))
    assert (planned.plan.experiment_id, planned.experiment) == (one.id, "Distance")
    other = lab.experiments.create(study.id, "Height")
    changed = lab.plans.change(planned.id, dataclasses.replace(PLAN, experiment_id=other.id))
    assert changed.experiment == "Height"
    trial = str(uuid.uuid4())
    lab.plans.start(planned.id, trial, lab.ada.id)
    lab.keep(trial)
    assert lab.trials.get(trial).experiment_id == other.id
    assert lab.experiments.get(other.id).trials == 1
    assert [found.id for found in lab.trials.page(TrialFilter(experiment_id=other.id)).trials] == [trial]
    assert lab.trials.page(TrialFilter(experiment_id=one.id)).trials == ()
    assert lab.usage.trials_started() == [TrialsStarted(study.id, other.id, "live", 1)]


def test_a_trial_that_nobody_planned_belongs_to_one_or_none(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    one = lab.experiments.create(study.id, "Distance")
    within, without = str(uuid.uuid4()), str(uuid.uuid4())
    lab.plans.begin(study.id, within, lab.ada.id, one.id)
    lab.plans.begin(study.id, without, lab.ada.id)
    for trial in (within, without):
        lab.keep(trial)
    assert (lab.trials.get(within).experiment_id, lab.trials.get(without).experiment_id) == (one.id, "")


def test_no_experiment_of_another_study_is_taken(lab: Lab) -> None:
    study = lab.studies.create("Gaze", "", lab.ada.id)
    one = lab.experiments.create(LAB_BENCH, "Distance")
    with pytest.raises(NotFound):
        lab.plans.begin(study.id, str(uuid.uuid4()), lab.ada.id, one.id)
    with pytest.raises((InvalidValue, NotFound)):
        lab.plans.create(study.id, dataclasses.replace(PLAN, experiment_id=one.id))
    planned = lab.plans.create(study.id, PLAN)
    with pytest.raises((InvalidValue, NotFound)):
        lab.plans.change(planned.id, dataclasses.replace(PLAN, experiment_id=one.id))
    assert lab.plans.get(planned.id).plan == PLAN

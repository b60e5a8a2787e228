"""Planned trials as the store gives and takes them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol


class PlanState(str, Enum):
    """What has become of a plan."""

    OPEN = "open"
    STARTED = "started"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is to meet which protocol, when. `digest` is that of the protocol's version."""

    planned_at: datetime
    participant: str
    protocol: str
    digest: str
    mode: str
    condition: str = ""
    wizard_id: str | None = None
    note: str = ""
    experiment_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTrial:
    """A plan of a study, and the trial that came of it.

    Attributes:
        study: Name of the study.
        wizard: Name of the wizard; "" where nobody is chosen.
        trial_id: The trial that was started from it.
        kept: Whether events of that trial have been stored.
        outcome: How it ended; "" before.
        experiment: Name of the experiment that it belongs to; "" for none.
    """

    id: str
    study_id: str
    study: str
    plan: Plan
    wizard: str = ""
    trial_id: str | None = None
    kept: bool = False
    outcome: str = ""
    state: PlanState = PlanState.OPEN
    experiment: str = ""


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which plans; None means any.

    Attributes:
        words: Stand in participant, protocol, condition or note.
        until: They are planned before.
        archived: Those of archived studies, too.
    """

    studies: frozenset[str] | None = None
    wizard_id: str | None = None
    state: PlanState | None = None
    until: datetime | None = None
    words: str = ""
    archived: bool = True


ALL_PLANS = PlanFilter()


@dataclass(frozen=True, slots=True)
class PlanPage:
    """Some plans of a list; `next` is the id after which the rest begins, None at the end."""

    plans: tuple[PlannedTrial, ...]
    next: str | None


class Plans(Protocol):
    """What is to come: the planned trials of the studies."""

    def create(self, study_id: str, plan: Plan) -> PlannedTrial:
        """Plan a trial. Raises `NotFound` (study), `InvalidValue`."""

    def get(self, plan_id: str) -> PlannedTrial:
        """Give a planned trial. Raises `NotFound`."""

    def page(self, which: PlanFilter = ALL_PLANS, after: str | None = None, limit: int = 50) -> PlanPage:
        """List plans by time, those that follow one of which the id is given."""

    def change(self, plan_id: str, plan: Plan) -> PlannedTrial:
        """Plan something else. Raises `NotFound`, `InvalidValue`, `PlanClosed` (no more open)."""

    def cancel(self, plan_id: str) -> PlannedTrial:
        """Give a plan up. Raises `NotFound`, `PlanClosed` (no more open)."""

    def start(self, plan_id: str, trial_id: str, account_id: str) -> PlannedTrial:
        """Keep that somebody asks for a plan's trial, which belongs to the plan's study from then on.

        Raises:
            NotFound: There is no such plan.
            PlanClosed: It is cancelled, or was started already.
        """

    def reopen(self, plan_id: str) -> PlannedTrial:
        """Take up a plan that was cancelled, or whose trial never came to be.

        Raises:
            NotFound: There is no such plan.
            PlanClosed: Events of its trial are stored.
        """

    def begin(self, study_id: str, trial_id: str, account_id: str, experiment_id: str | None = None) -> None:
        """Keep that somebody asks for a trial that nobody planned: it belongs to the study from then on.

        Raises:
            NotFound: There is no such study or account, or the study has no such experiment.
            AlreadyExists: The trial was asked for before.
        """

    def forget(self, trial_id: str) -> None:
        """Take `begin` back: the trial was refused."""

    def study_of(self, trial_id: str) -> str | None:
        """Give the study of a trial that was started here; None for any other."""


def to_planned(**row: Any) -> PlannedTrial:
    """Make a planned trial of a row."""
    wizard_id, trial_id = row["wizard_id"], row["trial_id"]
    plan = Plan(
        planned_at=row["planned_at"],
        participant=row["participant"],
        protocol=row["protocol"],
        digest=row["digest"],
        mode=row["mode"],
        condition=row["condition"],
        wizard_id=wizard_id and str(wizard_id),
        note=row["note"],
        experiment_id=row["experiment_id"] and str(row["experiment_id"]),
    )
    return PlannedTrial(
        id=str(row["id"]),
        study_id=str(row["study_id"]),
        study=row["study"],
        plan=plan,
        wizard=row["wizard"],
        trial_id=trial_id and str(trial_id),
        kept=row["kept"],
        outcome=row["outcome"],
        state=PlanState(row["state"]),
        experiment=row["experiment"],
    )

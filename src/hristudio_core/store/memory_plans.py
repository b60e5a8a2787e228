"""The double of planned trials: everything in this process's memory."""

import dataclasses
import re

import uuid_utils

from hristudio_core.store._values import to_uuid
from hristudio_core.store.errors import AlreadyExists, InvalidValue, NotFound, PlanClosed
from hristudio_core.store.memory import MemoryAccounts, MemoryTrials
from hristudio_core.store.memory_experiments import MemoryExperiments
from hristudio_core.store.memory_studies import MemoryStudies
from hristudio_core.store.plan import ALL_PLANS, Plan, PlanFilter, PlannedTrial, PlanPage, PlanState

_DIGEST = re.compile(r"[0-9a-f]{64}")
_MODES = {"live", "pilot", "rehearsal"}


class MemoryPlans:
    """See `Plans`."""

    def __init__(
        self,
        accounts: MemoryAccounts,
        studies: MemoryStudies,
        trials: MemoryTrials,
        experiments: MemoryExperiments | None = None,
    ) -> None:
        self._experiments = experiments or MemoryExperiments(studies, trials)
        self._accounts = accounts
        self._studies = studies
        self._trials = trials
        self._plans: dict[str, PlannedTrial] = {}

    def create(self, study_id: str, plan: Plan) -> PlannedTrial:
        """See `Plans.create`."""
        study = self._studies.get(study_id)
        self._check(plan, study.id)
        made = PlannedTrial(id=str(uuid_utils.uuid7()), study_id=study.id, study=study.name, plan=plan)
        self._plans[made.id] = made
        return self.get(made.id)

    def get(self, plan_id: str) -> PlannedTrial:
        """See `Plans.get`."""
        found = self._plans.get(str(to_uuid("plan", plan_id)))
        if found is None:
            raise NotFound("plan", plan_id)
        wizard = self._accounts.get(found.plan.wizard_id).name if found.plan.wizard_id else ""
        named = found.plan.experiment_id
        experiment = self._experiments.get(named).name if named else ""
        trial = next((one for one in self._trials.all() if one.id == found.trial_id), None)
        return dataclasses.replace(
            found,
            study=self._studies.get(found.study_id).name,
            wizard=wizard,
            kept=trial is not None,
            outcome=trial.outcome if trial else "",
            experiment=experiment,
        )

    def page(self, which: PlanFilter = ALL_PLANS, after: str | None = None, limit: int = 50) -> PlanPage:
        """See `Plans.page`."""
        found = sorted(
            (one for one in map(self.get, self._plans) if self._fits(one, which)),
            key=lambda one: (one.plan.planned_at, one.id),
        )
        if after is not None:
            last = self._plans.get(str(to_uuid("plan", after)))
            edge = last and (last.plan.planned_at, last.id)
            found = [one for one in found if edge and (one.plan.planned_at, one.id) > edge]
        return PlanPage(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    def change(self, plan_id: str, plan: Plan) -> PlannedTrial:
        """See `Plans.change`."""
        self._check(plan, self.get(plan_id).study_id)
        return self._keep(dataclasses.replace(self._open(plan_id), plan=plan))

    def cancel(self, plan_id: str) -> PlannedTrial:
        """See `Plans.cancel`."""
        return self._keep(dataclasses.replace(self._open(plan_id), state=PlanState.CANCELLED))

    def start(self, plan_id: str, trial_id: str, account_id: str) -> PlannedTrial:
        """See `Plans.start`."""
        self._accounts.get(account_id)
        found, trial = self._open(plan_id), str(to_uuid("trial", trial_id))
        self._trials.places[trial] = found.study_id
        self._trials.experiments[trial] = found.plan.experiment_id or ""
        return self._keep(dataclasses.replace(found, trial_id=trial, state=PlanState.STARTED))

    def reopen(self, plan_id: str) -> PlannedTrial:
        """See `Plans.reopen`."""
        found = self.get(plan_id)
        if found.kept:
            raise PlanClosed(plan_id)
        if found.trial_id:
            self._trials.places.pop(found.trial_id, None)
            self._trials.experiments.pop(found.trial_id, None)
        return self._keep(dataclasses.replace(found, trial_id=None, state=PlanState.OPEN))

    def begin(self, study_id: str, trial_id: str, account_id: str, experiment_id: str | None = None) -> None:
        """See `Plans.begin`."""
        self._accounts.get(account_id)
        study, trial = self._studies.get(study_id).id, str(to_uuid("trial", trial_id))
        if trial in self._trials.places:
            raise AlreadyExists("trial", trial)
        if experiment_id and self._experiments.get(experiment_id).study_id != study:
            raise NotFound("study, account or experiment", experiment_id)
        self._trials.places[trial] = study
        self._trials.experiments[trial] = experiment_id or ""

    def forget(self, trial_id: str) -> None:
        """See `Plans.forget`."""
        trial = str(to_uuid("trial", trial_id))
        if all(one.trial_id != trial for one in self._plans.values()):
            self._trials.places.pop(trial, None)
            self._trials.experiments.pop(trial, None)

    def study_of(self, trial_id: str) -> str | None:
        """See `Plans.study_of`."""
        return self._trials.places.get(str(to_uuid("trial", trial_id)))

    def _open(self, plan_id: str) -> PlannedTrial:
        found = self.get(plan_id)
        if found.state is not PlanState.OPEN:
            raise PlanClosed(plan_id)
        return found

    def _keep(self, plan: PlannedTrial) -> PlannedTrial:
        self._plans[plan.id] = plan
        return self.get(plan.id)

    def _check(self, plan: Plan, study_id: str) -> None:
        if plan.experiment_id and self._experiments.get(plan.experiment_id).study_id != study_id:
            raise InvalidValue("the experiment is another study's")
        if plan.wizard_id and plan.wizard_id not in {one.id for one in self._accounts.all()}:
            raise InvalidValue("there is no such wizard")
        if (
            not (plan.participant and plan.protocol and _DIGEST.fullmatch(plan.digest))
            or plan.mode not in _MODES
        ):
            raise InvalidValue("a plan needs participant, protocol, digest and mode")

    def _fits(self, one: PlannedTrial, which: PlanFilter) -> bool:
        plan = one.plan
        words = f"{plan.participant} {plan.protocol} {plan.condition} {plan.note}".lower()
        return (
            (which.studies is None or one.study_id in which.studies)
            and (which.wizard_id is None or plan.wizard_id == which.wizard_id)
            and (which.state is None or one.state is which.state)
            and (which.until is None or plan.planned_at < which.until)
            and (which.archived or self._studies.get(one.study_id).archived_at is None)
            and which.words.strip().lower() in words
        )

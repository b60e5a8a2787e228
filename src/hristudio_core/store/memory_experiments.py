"""The double of experiments: everything in this process's memory."""

import dataclasses
from datetime import datetime, timezone

import uuid_utils

from hristudio_core.store._values import to_name, to_uuid
from hristudio_core.store.errors import AlreadyExists, NotFound
from hristudio_core.store.experiment import Experiment
from hristudio_core.store.memory import MemoryTrials
from hristudio_core.store.memory_studies import MemoryStudies


class MemoryExperiments:
    """See `Experiments`."""

    def __init__(self, studies: MemoryStudies, trials: MemoryTrials) -> None:
        self._studies = studies
        self._trials = trials
        self._experiments: dict[str, Experiment] = {}

    def create(self, study_id: str, name: str) -> Experiment:
        """See `Experiments.create`."""
        study = self._studies.get(study_id)
        made = Experiment(
            str(uuid_utils.uuid7()), study.id, to_name("experiment", name), datetime.now(timezone.utc)
        )
        return self._keep(made)

    def get(self, experiment_id: str) -> Experiment:
        """See `Experiments.get`."""
        found = self._experiments.get(str(to_uuid("experiment", experiment_id)))
        if found is None:
            raise NotFound("experiment", experiment_id)
        trials = sum(trial.experiment_id == found.id for trial in self._trials.all())
        return dataclasses.replace(found, trials=trials)

    def of(self, studies: frozenset[str]) -> list[Experiment]:
        """See `Experiments.of`."""
        wanted = {str(to_uuid("study", one)) for one in studies}
        found = (self.get(one.id) for one in self._experiments.values() if one.study_id in wanted)
        return sorted(found, key=lambda one: (one.name.lower(), one.id))

    def change(
        self, experiment_id: str, *, name: str | None = None, archived: bool | None = None
    ) -> Experiment:
        """See `Experiments.change`."""
        found = self.get(experiment_id)
        if name is not None:
            found = dataclasses.replace(found, name=to_name("experiment", name))
        if archived is not None:
            since = (found.archived_at or datetime.now(timezone.utc)) if archived else None
            found = dataclasses.replace(found, archived_at=since)
        return self._keep(found)

    def _keep(self, experiment: Experiment) -> Experiment:
        for one in self._experiments.values():
            same = (one.study_id, one.name.lower()) == (experiment.study_id, experiment.name.lower())
            if same and one.id != experiment.id:
                raise AlreadyExists("experiment", experiment.name)
        self._experiments[experiment.id] = experiment
        return self.get(experiment.id)

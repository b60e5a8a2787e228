"""Experiments as the store gives and takes them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Experiment:
    """Trials of a study that belong together, with how many are kept."""

    id: str
    study_id: str
    name: str
    created_at: datetime
    archived_at: datetime | None = None
    trials: int = 0


class Experiments(Protocol):
    """What the trials of a study are grouped by. No two of a study have one name, in whatever case."""

    def create(self, study_id: str, name: str) -> Experiment:
        """Make one. Raises `NotFound` (study), `InvalidValue` (no name), `AlreadyExists`."""

    def get(self, experiment_id: str) -> Experiment:
        """Give one. Raises `NotFound`."""

    def of(self, studies: frozenset[str]) -> list[Experiment]:
        """List those of some studies by name."""

    def change(
        self, experiment_id: str, *, name: str | None = None, archived: bool | None = None
    ) -> Experiment:
        """Change what is given. Raises `NotFound`, `InvalidValue`, `AlreadyExists`."""


def to_experiment(**row: Any) -> Experiment:
    """Make an experiment of a row."""
    return Experiment(**{**row, "id": str(row["id"]), "study_id": str(row["study_id"])})

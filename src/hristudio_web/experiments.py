"""What people do to the experiments of a study; each act is kept in the audit trail."""

from collections.abc import Iterable

from hristudio_core.store import AlreadyExists, Experiment, InvalidValue, StoreError, Study
from hristudio_core.store import NotFound as NoRow
from hristudio_web.entrance import audit
from hristudio_web.errors import InvalidFields, NotFound
from hristudio_web.guard import somebody
from hristudio_web.parts import parts
from hristudio_web.studies import refuse_archived

TAKEN = "Another experiment of this study has this name."
UNKNOWN = "Choose one of this study's experiments, or none."


def experiment_named(study: Study, experiment_id: str) -> Experiment:
    """Give an experiment of a study.

    Raises:
        NotFound: the study has none of that id.
    """
    try:
        found = parts().experiments.get(experiment_id)
    except (NoRow, InvalidValue):
        raise NotFound("experiment", experiment_id) from None
    if found.study_id != study.id:
        raise NotFound("experiment", experiment_id)
    return found


def create(study: Study, name: str) -> Experiment:
    """Make one. Raises `InvalidFields`, `Conflict` (the study is archived)."""
    refuse_archived(study)
    try:
        made = parts().experiments.create(study.id, name)
    except InvalidValue as error:
        raise InvalidFields({"name": f"{error}."}) from None
    except AlreadyExists:
        raise InvalidFields({"name": TAKEN}) from None
    _audit("experiment.created", made)
    return made


def change(
    study: Study, experiment: Experiment, *, name: str | None = None, archived: bool | None = None
) -> Experiment:
    """Call one something else, put it aside or take it up. Raises as `create`."""
    refuse_archived(study)
    try:
        changed = parts().experiments.change(experiment.id, name=name, archived=archived)
    except InvalidValue as error:
        raise InvalidFields({"name": f"{error}."}) from None
    except AlreadyExists:
        raise InvalidFields({"name": TAKEN}) from None
    if changed != experiment:
        _audit("experiment.changed", changed, archived=changed.archived_at is not None)
    return changed


def choices(study_id: str, kept: str | None = None) -> dict[str, str]:
    """Give the names of those that new trials of a study may belong to, by id; ``kept`` may stay.

    None while the database is silent: a trial can be run without.
    """
    return by_study([study_id], kept).get(study_id, {})


def by_study(studies: Iterable[str], kept: str | None = None) -> dict[str, dict[str, str]]:
    """Give `choices` of several studies, of those that have any."""
    try:
        found = parts().experiments.of(frozenset(studies))
    except StoreError:
        return {}
    told: dict[str, dict[str, str]] = {}
    for one in found:
        if one.archived_at is None or one.id == kept:
            told.setdefault(one.study_id, {})[one.id] = one.name
    return told


def _audit(action: str, experiment: Experiment, **detail: object) -> None:
    subject, study = f"experiment:{experiment.id}", experiment.study_id
    audit(action, somebody().id, subject, study=study, name=experiment.name, **detail)

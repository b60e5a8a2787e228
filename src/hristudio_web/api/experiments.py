"""Experiments of a study, for programs."""

from datetime import datetime
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.store import Experiment
from hristudio_web import experiments
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, spec
from hristudio_web.experiments import experiment_named
from hristudio_web.guard import needs
from hristudio_web.parts import parts, study_named
from hristudio_web.scope import of_study

blueprint = Blueprint("api_experiments", __name__, url_prefix="/api/v1/studies/<study_id>/experiments")
blueprint.before_request(check_body)
TAGS = ("experiments",)
Name = Annotated[str, Meta(max_length=200)]


class NewExperiment(Struct, frozen=True, forbid_unknown_fields=True):
    """An experiment to make; no two of a study have one name."""

    name: Name


class ExperimentChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change; what is left out stays."""

    name: Name | None = None
    archived: bool | None = None


class ExperimentAnswer(Struct, frozen=True, kw_only=True):
    """An experiment, and how many trials of it are kept."""

    id: str
    study_id: str
    name: str
    created_at: datetime
    archived_at: datetime | None
    trials: int


class ExperimentList(Struct, frozen=True):
    """Experiments of a study by name."""

    experiments: tuple[ExperimentAnswer, ...]


@blueprint.get("")
@needs(Permission.STUDY_READ, of_study)
@spec.validate(resp=Response(HTTP_200=ExperimentList), tags=TAGS, operation_id="list_experiments")
def all_experiments(study_id: str) -> ExperimentList:
    """List the experiments of a study by name."""
    found = parts().experiments.of(frozenset({study_named(study_id).id}))
    return ExperimentList(tuple(map(_answer, found)))


@blueprint.post("")
@needs(Permission.EXPERIMENT_EDIT, of_study)
@spec.validate(resp=Response(HTTP_201=ExperimentAnswer), tags=TAGS, operation_id="create_experiment")
def create(study_id: str, json: NewExperiment) -> Any:
    """Make an experiment."""
    return _answer(experiments.create(study_named(study_id), json.name)), 201


@blueprint.get("/<experiment_id>")
@needs(Permission.STUDY_READ, of_study)
@spec.validate(resp=Response(HTTP_200=ExperimentAnswer), tags=TAGS, operation_id="get_experiment")
def one_experiment(study_id: str, experiment_id: str) -> ExperimentAnswer:
    """Give an experiment."""
    return _answer(experiment_named(study_named(study_id), experiment_id))


@blueprint.put("/<experiment_id>")
@needs(Permission.EXPERIMENT_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=ExperimentAnswer), tags=TAGS, operation_id="change_experiment")
def change(study_id: str, experiment_id: str, json: ExperimentChange) -> ExperimentAnswer:
    """Call an experiment something else, archive it, or take it up again."""
    study = study_named(study_id)
    found = experiment_named(study, experiment_id)
    return _answer(experiments.change(study, found, name=json.name, archived=json.archived))


def _answer(one: Experiment) -> ExperimentAnswer:
    return ExperimentAnswer(
        id=one.id,
        study_id=one.study_id,
        name=one.name,
        created_at=one.created_at,
        archived_at=one.archived_at,
        trials=one.trials,
    )

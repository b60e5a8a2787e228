"""The experiments of a study: what its trials are grouped by."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Study
from hristudio_web import experiments
from hristudio_web.access import Permission
from hristudio_web.errors import InvalidFields
from hristudio_web.experiments import experiment_named
from hristudio_web.guard import needs
from hristudio_web.parts import parts, study_named
from hristudio_web.scope import of_study

blueprint = Blueprint("experiments", __name__, url_prefix="/studies/<study_id>/experiments")
NOTHING: Mapping[str, str] = {}


@blueprint.get("")
@needs(Permission.STUDY_READ, of_study)
def show_all(study_id: str) -> ResponseReturnValue:
    """List the experiments of a study by name."""
    return _list(study_named(study_id), NOTHING, {})


@blueprint.post("")
@needs(Permission.EXPERIMENT_EDIT, of_study)
def create(study_id: str) -> ResponseReturnValue:
    """Make an experiment."""
    study = study_named(study_id)
    try:
        made = experiments.create(study, request.form.get("name", ""))
    except InvalidFields as error:
        return _list(study, request.form, error.fields)
    return _done(study, f"{made.name} is there: plans and trials can belong to it.")


@blueprint.post("/<experiment_id>")
@needs(Permission.EXPERIMENT_EDIT, of_study)
def change(study_id: str, experiment_id: str) -> ResponseReturnValue:
    """Call an experiment something else."""
    study = study_named(study_id)
    found = experiment_named(study, experiment_id)
    try:
        experiments.change(study, found, name=request.form.get("name", ""))
    except InvalidFields as error:
        return _list(study, NOTHING, {found.id: error.fields["name"]})
    return _done(study, "Saved.")


@blueprint.post("/<experiment_id>/archive")
@needs(Permission.EXPERIMENT_EDIT, of_study)
def archive(study_id: str, experiment_id: str) -> ResponseReturnValue:
    """Put an experiment aside: no new trial belongs to it."""
    study = study_named(study_id)
    found = experiments.change(study, experiment_named(study, experiment_id), archived=True)
    return _done(study, f"{found.name} is archived. Nothing of it is lost.")


@blueprint.post("/<experiment_id>/take-up")
@needs(Permission.EXPERIMENT_EDIT, of_study)
def take_up(study_id: str, experiment_id: str) -> ResponseReturnValue:
    """Take an archived experiment up again."""
    study = study_named(study_id)
    found = experiments.change(study, experiment_named(study, experiment_id), archived=False)
    return _done(study, f"{found.name} takes new trials again.")


def _list(study: Study, given: Mapping[str, str], problems: Mapping[str, str]) -> ResponseReturnValue:
    found = parts().experiments.of(frozenset({study.id}))
    page = render_template("experiments.html", study=study, found=found, given=given, problems=problems)
    return page, 422 if problems else 200


def _done(study: Study, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("experiments.show_all", study_id=study.id), 303)

"""Planned trials of a study: what is to come, and what is done to it."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import NotFound as NoRow
from hristudio_core.store import PlanFilter, PlannedTrial, PlanState, Study
from hristudio_web import experiments, plans
from hristudio_web.access import Permission
from hristudio_web.enrolment import suggestions
from hristudio_web.errors import InvalidFields
from hristudio_web.guard import needs
from hristudio_web.parts import parts, study_named
from hristudio_web.plans import plan_named
from hristudio_web.scope import of_study
from hristudio_web.start_form import MODES

blueprint = Blueprint("plans", __name__, url_prefix="/studies/<study_id>/plan")
PAGE = 50
NOTHING: Mapping[str, str] = {}
STATES: dict[str, PlanState | None] = {
    "open": PlanState.OPEN,
    "started": PlanState.STARTED,
    "cancelled": PlanState.CANCELLED,
    "all": None,
}


@blueprint.get("")
@needs(Permission.PLAN_READ, of_study)
def show_all(study_id: str) -> ResponseReturnValue:
    """List the planned trials of a study by time."""
    return _list(study_named(study_id), NOTHING, {})


@blueprint.post("")
@needs(Permission.PLAN_EDIT, of_study)
def create(study_id: str) -> ResponseReturnValue:
    """Plan a trial."""
    study = study_named(study_id)
    try:
        planned = plans.create(study, request.form)
    except InvalidFields as error:
        return _list(study, request.form, error.fields)
    return _done(study, f"{planned.plan.participant} is planned.")


@blueprint.get("/<plan_id>")
@needs(Permission.PLAN_EDIT, of_study)
def edit(study_id: str, plan_id: str) -> ResponseReturnValue:
    """Ask what to plan instead."""
    study = study_named(study_id)
    planned = plan_named(study, plan_id)
    return _edit(study, planned, _typed(planned), {})


@blueprint.post("/<plan_id>")
@needs(Permission.PLAN_EDIT, of_study)
def change(study_id: str, plan_id: str) -> ResponseReturnValue:
    """Plan something else."""
    study = study_named(study_id)
    planned = plan_named(study, plan_id)
    try:
        planned = plans.change(study, planned, request.form)
    except InvalidFields as error:
        return _edit(study, planned, request.form, error.fields)
    return _done(study, f"The plan for {planned.plan.participant} is changed.")


@blueprint.post("/<plan_id>/cancel")
@needs(Permission.PLAN_EDIT, of_study)
def cancel(study_id: str, plan_id: str) -> ResponseReturnValue:
    """Give a plan up."""
    study = study_named(study_id)
    planned = plan_named(study, plan_id)
    plans.cancel(planned)
    return _done(study, f"The plan for {planned.plan.participant} is cancelled.")


@blueprint.post("/<plan_id>/reopen")
@needs(Permission.PLAN_EDIT, of_study)
def reopen(study_id: str, plan_id: str) -> ResponseReturnValue:
    """Take up a plan that was cancelled, or whose trial never came."""
    study = study_named(study_id)
    planned = plan_named(study, plan_id)
    plans.reopen(planned)
    return _done(study, f"{planned.plan.participant} is planned again.")


def _list(study: Study, given: Mapping[str, str], problems: Mapping[str, str]) -> ResponseReturnValue:
    asked = {name: request.args.get(name, "").strip()[:100] for name in ("q", "state")}
    which = PlanFilter(
        frozenset({study.id}), state=STATES.get(asked["state"] or "open", PlanState.OPEN), words=asked["q"]
    )
    try:
        found = parts().plans.page(which, request.args.get("after"), PAGE)
    except NoRow:
        # Something that is no place counts as the beginning.
        found = parts().plans.page(which, None, PAGE)
    page = render_template(
        "plans.html", study=study, found=found, asked=asked, states=STATES, given=given, problems=problems,
        later="after" in request.args, **_choices(study),
    )  # fmt: skip
    return page, 422 if problems else 200


def _edit(
    study: Study, planned: PlannedTrial, given: Mapping[str, str], problems: Mapping[str, str]
) -> ResponseReturnValue:
    page = render_template(
        "plan.html", study=study, planned=planned, given=given, problems=problems,
        **_choices(study, planned),
    )  # fmt: skip
    return page, 422 if problems else 200


def _choices(study: Study, planned: PlannedTrial | None = None) -> dict[str, object]:
    return {
        "files": plans.choices(study, planned),
        "wizards": plans.wizards(study),
        "experiments": experiments.choices(study.id, planned.plan.experiment_id if planned else None),
        "modes": MODES,
        "codes": suggestions(study.id),
    }


def _typed(planned: PlannedTrial) -> dict[str, str]:
    """Write a plan as somebody would type it."""
    plan = planned.plan
    return {
        "planned_at": f"{plan.planned_at.astimezone():%Y-%m-%dT%H:%M}",
        "participant": plan.participant,
        "protocol": plan.digest,
        "condition": plan.condition,
        "mode": plan.mode,
        "wizard": plan.wizard_id or "",
        "experiment": plan.experiment_id or "",
        "note": plan.note,
    }


def _done(study: Study, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("plans.show_all", study_id=study.id), 303)

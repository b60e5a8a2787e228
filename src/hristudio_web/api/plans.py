"""Planned trials of a study, for programs."""

from datetime import datetime
from typing import Annotated, Any, Literal

from flask import Blueprint, url_for
from msgspec import Meta, Struct
from spectree import Response

from hristudio_core.store import NotFound as NoRow
from hristudio_core.store import PlanFilter, PlannedTrial, PlanState
from hristudio_web import plans
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, spec
from hristudio_web.errors import Unprocessable
from hristudio_web.guard import needs
from hristudio_web.parts import parts, study_named
from hristudio_web.plans import plan_named
from hristudio_web.scope import of_study

blueprint = Blueprint("api_plans", __name__, url_prefix="/api/v1/studies/<study_id>/plan")
blueprint.before_request(check_body)
TAGS = ("planned trials",)
Line = Annotated[str, Meta(max_length=200)]
Code = Annotated[str, Meta(min_length=1, max_length=64)]
Note = Annotated[str, Meta(max_length=plans.LONGEST_NOTE)]
Moment = Annotated[datetime, Meta(tz=True)]


class PlanQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Which plans: ``q`` stands in participant, protocol, condition or note; ``after`` is a place."""

    q: Line = ""
    state: Literal["open", "started", "cancelled"] | None = None
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    after: Line | None = None


class PlanBody(Struct, frozen=True, forbid_unknown_fields=True):
    """What to plan. ``digest`` is that of the protocol's version, ``wizard`` and ``experiment`` are ids."""

    planned_at: Moment
    participant: Code
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    mode: Literal["live", "pilot", "rehearsal"]
    condition: Line = ""
    wizard: Line = ""
    experiment: Line = ""
    note: Note = ""


class PlanAnswer(Struct, frozen=True, kw_only=True):
    """A planned trial, and the trial that was started from it."""

    id: str
    planned_at: datetime
    participant: str
    protocol: str
    digest: str
    mode: str
    condition: str
    wizard: str | None
    experiment: str | None
    note: str
    state: str
    trial_id: str | None
    outcome: str


class PlanList(Struct, frozen=True):
    """Planned trials by time; ``next`` is the address of the following page."""

    plans: tuple[PlanAnswer, ...]
    next: str | None


@blueprint.get("")
@needs(Permission.PLAN_READ, of_study)
@spec.validate(resp=Response(HTTP_200=PlanList), tags=TAGS, operation_id="list_plans")
def all_plans(study_id: str, query: PlanQuery) -> PlanList:
    """List the planned trials of a study by time."""
    study = study_named(study_id)
    state = PlanState(query.state) if query.state else None
    try:
        page = parts().plans.page(
            PlanFilter(frozenset({study.id}), state=state, words=query.q), query.after, query.limit
        )
    except NoRow:
        raise Unprocessable(["after must be the id of a plan, as `next` gives it"]) from None
    following = None
    if page.next is not None:
        place = {"q": query.q, "state": query.state, "limit": query.limit, "after": page.next}
        following = url_for("api_plans.all_plans", study_id=study.id, **place)  # type: ignore[arg-type]
    return PlanList(tuple(_answer(one) for one in page.plans), following)


@blueprint.post("")
@needs(Permission.PLAN_EDIT, of_study)
@spec.validate(resp=Response(HTTP_201=PlanAnswer), tags=TAGS, operation_id="create_plan")
def create(study_id: str, json: PlanBody) -> Any:
    """Plan a trial."""
    return _answer(plans.create(study_named(study_id), _typed(json))), 201


@blueprint.get("/<plan_id>")
@needs(Permission.PLAN_READ, of_study)
@spec.validate(resp=Response(HTTP_200=PlanAnswer), tags=TAGS, operation_id="get_plan")
def one_plan(study_id: str, plan_id: str) -> PlanAnswer:
    """Give a planned trial."""
    return _answer(plan_named(study_named(study_id), plan_id))


@blueprint.put("/<plan_id>")
@needs(Permission.PLAN_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=PlanAnswer), tags=TAGS, operation_id="change_plan")
def change(study_id: str, plan_id: str, json: PlanBody) -> PlanAnswer:
    """Plan something else."""
    study = study_named(study_id)
    return _answer(plans.change(study, plan_named(study, plan_id), _typed(json)))


@blueprint.post("/<plan_id>/cancel")
@needs(Permission.PLAN_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=PlanAnswer), tags=TAGS, operation_id="cancel_plan")
def cancel(study_id: str, plan_id: str) -> PlanAnswer:
    """Give a plan up."""
    planned = plan_named(study_named(study_id), plan_id)
    plans.cancel(planned)
    return _answer(parts().plans.get(planned.id))


@blueprint.post("/<plan_id>/reopen")
@needs(Permission.PLAN_EDIT, of_study)
@spec.validate(resp=Response(HTTP_200=PlanAnswer), tags=TAGS, operation_id="reopen_plan")
def reopen(study_id: str, plan_id: str) -> PlanAnswer:
    """Take up a plan that was cancelled, or whose trial never came."""
    planned = plan_named(study_named(study_id), plan_id)
    plans.reopen(planned)
    return _answer(parts().plans.get(planned.id))


def _typed(body: PlanBody) -> dict[str, str]:
    """Write a body as the page's form has it: one check for both."""
    return {
        "planned_at": body.planned_at.isoformat(),
        "participant": body.participant,
        "protocol": body.digest,
        "condition": body.condition,
        "mode": body.mode,
        "wizard": body.wizard,
        "experiment": body.experiment,
        "note": body.note,
    }


def _answer(one: PlannedTrial) -> PlanAnswer:
    plan = one.plan
    return PlanAnswer(
        id=one.id,
        planned_at=plan.planned_at,
        participant=plan.participant,
        protocol=plan.protocol,
        digest=plan.digest,
        mode=plan.mode,
        condition=plan.condition,
        wizard=plan.wizard_id,
        experiment=plan.experiment_id,
        note=plan.note,
        state=one.state.value,
        trial_id=one.trial_id,
        outcome=one.outcome,
    )

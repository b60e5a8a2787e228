"""Starting a trial, for programs."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct
from spectree import Response

from hristudio_web import plans, starting
from hristudio_web.access import Permission
from hristudio_web.api.specification import check_body, spec
from hristudio_web.errors import Conflict, InvalidFields
from hristudio_web.guard import needs
from hristudio_web.parts import study_named
from hristudio_web.preflight import TICKS
from hristudio_web.scope import of_study
from hristudio_web.starting import NotBegun

blueprint = Blueprint("api_starting", __name__, url_prefix="/api/v1/studies/<study_id>/trials")
blueprint.before_request(check_body)
TAGS = ("trials",)
Line = Annotated[str, Meta(max_length=200)]
Value = str | bool | int | float


class StartBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom a trial is run with, and how.

    ``digest`` is that of a version of ``protocol``, in this study or in a file of the dashboard's host.
    ``experiment`` is the id of one of this study's. What a plan says comes before what stands here.
    ``ticked`` says what a person has seen with their own eyes; a pilot or live trial needs all of it.
    """

    robot: Line
    protocol: Line
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    participant: Line
    mode: Literal["live", "pilot", "rehearsal"]
    condition: Line = ""
    seed: Annotated[int, Meta(ge=0, le=2**63 - 1)] | None = None
    parameters: Annotated[dict[Line, Value], Meta(max_length=200)] = {}
    automatic: bool = False
    ticked: tuple[Literal["consent", "space", "stop"], ...] = ()
    experiment: Line = ""
    plan: Line = ""


class StartAnswer(Struct, frozen=True):
    """The trial that runs now, and the robot that runs it."""

    trial_id: str
    robot: str


@blueprint.post("")
@needs(Permission.TRIAL_START, of_study)
@spec.validate(resp=Response(HTTP_201=StartAnswer), tags=TAGS, operation_id="start_trial")
def start(study_id: str, json: StartBody) -> Any:
    """Start a trial of a study. It is refused while something that it needs is not there."""
    study = study_named(study_id)
    given = {**_typed(json), "study": study.id}
    if json.plan:
        given |= plans.to_start(plans.plan_named(study, json.plan).id)
    done = starting.begin(starting.offered_as(study, given["protocol"], given["digest"]), given)
    if not isinstance(done, NotBegun):
        return StartAnswer(done.trial_id, done.robot), 201
    if done.unfit:
        raise InvalidFields(dict(done.problems))
    found = [f"{one.title}: {one.words}" for one in done.items or () if one.hinders]
    raise Conflict("; ".join([*done.problems.values(), *found]))


def _typed(body: StartBody) -> dict[str, str]:
    """Write a body as the page's form has it: one check for both."""
    values = {f"parameter-{name}": _text(value) for name, value in body.parameters.items()}
    ticks = {f"tick-{name}": "on" for name in TICKS if name in body.ticked}
    return {
        **values,
        **ticks,
        "robot": body.robot,
        "protocol": body.protocol,
        "digest": body.digest,
        "participant": body.participant,
        "condition": body.condition,
        "mode": body.mode,
        "seed": "" if body.seed is None else str(body.seed),
        "automatic": "on" if body.automatic else "",
        "experiment": body.experiment,
        "plan": body.plan,
    }


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

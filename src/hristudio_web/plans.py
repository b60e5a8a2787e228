"""What people do to planned trials, by pages and programs; each act is kept in the audit trail."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from msgspec import Struct

from hristudio_core.store import (
    Consent,
    Plan,
    PlanClosed,
    PlanFilter,
    PlannedTrial,
    PlanState,
    Study,
    StudyRole,
)
from hristudio_core.store import NotFound as NoRow
from hristudio_web import experiments
from hristudio_web.access import TABLE, Permission, allowed
from hristudio_web.enrolment import enrolled, problems_of
from hristudio_web.entrance import audit
from hristudio_web.errors import Conflict, Forbidden, InvalidFields, NotFound
from hristudio_web.guard import somebody
from hristudio_web.offered import Offered, files, meant, offered_in
from hristudio_web.parts import parts, study_named
from hristudio_web.start_form import LONGEST_CODE, MODES
from hristudio_web.studies import refuse_archived

AHEAD = timedelta(days=7)
NEXT = 8
LONGEST_NOTE = 1000
CLOSED = "This is not open any more: it was cancelled, or somebody started it. Look at the plan again."


class Coming(Struct, frozen=True):
    """A planned trial that is next, and what keeps it from being started."""

    planned: PlannedTrial
    missing: tuple[str, ...]


def plan_named(study: Study, plan_id: str) -> PlannedTrial:
    """Give a planned trial of a study.

    Raises:
        NotFound: the study has none of that id.
    """
    planned = _planned(plan_id)
    if planned.study_id != study.id:
        raise NotFound("planned trial", plan_id)
    return planned


def create(study: Study, given: Mapping[str, str]) -> PlannedTrial:
    """Plan a trial. Raises `InvalidFields`, `Conflict` (the study is archived)."""
    refuse_archived(study)
    planned = parts().plans.create(study.id, read_plan(study, given))
    _audit("plan.created", planned, participant=planned.plan.participant)
    return planned


def change(study: Study, planned: PlannedTrial, given: Mapping[str, str]) -> PlannedTrial:
    """Plan something else. Raises `InvalidFields`, `Conflict` (not open, or the study is archived)."""
    refuse_archived(study)
    plan = read_plan(study, given, planned)
    try:
        changed = parts().plans.change(planned.id, plan)
    except PlanClosed:
        raise Conflict(CLOSED) from None
    _audit("plan.changed", changed, participant=plan.participant)
    return changed


def cancel(planned: PlannedTrial) -> None:
    """Give a plan up. Raises `Conflict` (not open, or the study is archived)."""
    refuse_archived(study_named(planned.study_id))
    try:
        _audit("plan.cancelled", parts().plans.cancel(planned.id))
    except PlanClosed:
        raise Conflict(CLOSED) from None


def reopen(planned: PlannedTrial) -> None:
    """Take up a plan that was cancelled, or whose trial never came. Raises `Conflict` (it came; as above)."""
    refuse_archived(study_named(planned.study_id))
    try:
        _audit("plan.reopened", parts().plans.reopen(planned.id))
    except PlanClosed:
        raise Conflict("Its trial has taken place: plan another one.") from None


def to_start(plan_id: str) -> dict[str, str]:
    """Give what a plan says of a trial, as the form that starts it has it.

    Raises:
        NotFound: there is no such plan.
        Forbidden: who asks may start nothing in its study.
        Conflict: its study is archived.
    """
    planned = _planned(plan_id)
    if not allowed(somebody(), Permission.TRIAL_START, planned.study_id):
        raise Forbidden(Permission.TRIAL_START.value)
    refuse_archived(study_named(planned.study_id))
    plan = planned.plan
    return {
        "plan": planned.id,
        "participant": plan.participant,
        "condition": plan.condition,
        "mode": plan.mode,
        "protocol": plan.protocol,
        "digest": plan.digest,
        "study": planned.study_id,
        "experiment": plan.experiment_id or "",
    }


def claim(plan_id: str, trial_id: str) -> str:
    """Keep that a plan's trial is asked for; give why it may not be, else nothing."""
    try:
        parts().plans.start(plan_id, trial_id, somebody().id)
    except PlanClosed:
        return CLOSED
    return ""


def coming(studies: frozenset[str] | None) -> list[Coming]:
    """List what is planned next in some studies (None: in all), and what it lacks."""
    now = datetime.now(timezone.utc)
    which = PlanFilter(studies, state=PlanState.OPEN, until=now + AHEAD, archived=False)
    found = parts().plans.page(which, limit=NEXT).plans
    there = files() if found else []
    return [Coming(planned, tuple(_missing(planned, now, there))) for planned in found]


def choices(study: Study, planned: PlannedTrial | None = None) -> list[Offered]:
    """List what can be planned in a study; a version that is planned may stay, whatever came after it."""
    offered = offered_in(study.id)
    kept = planned and meant(study.id, planned.plan.protocol, planned.plan.digest)
    if kept and kept.digest not in {one.digest for one in offered}:
        offered.append(kept)
    return offered


def wizards(study: Study) -> dict[str, str]:
    """Give the names of those who may run trials of a study, by account."""
    runs = {role for role in TABLE[Permission.TRIAL_START] if isinstance(role, StudyRole)}
    return {
        one.account_id: one.name
        for one in parts().studies.team(study.id)
        if one.role in runs and not one.disabled
    }


def read_plan(study: Study, given: Mapping[str, str], planned: PlannedTrial | None = None) -> Plan:
    """Check everything that was typed, so that all problems show at once.

    Raises:
        InvalidFields: something makes no plan.
    """
    names = ("planned_at", "participant", "protocol", "condition", "mode", "wizard", "experiment", "note")
    typed = {name: given.get(name, "").strip() for name in names}
    problems: dict[str, str] = {}
    file = next((one for one in choices(study, planned) if one.digest == typed["protocol"]), None)
    moment = _moment(typed["planned_at"])
    if moment is None:
        problems["planned_at"] = "Give a day and a time."
    if not 1 <= len(typed["participant"]) <= LONGEST_CODE:
        problems["participant"] = f"Give a code of 1 to {LONGEST_CODE} characters, such as P01. Never a name."
    if file is None:
        problems["protocol"] = "Choose a protocol."
    elif typed["condition"] not in (file.protocol.conditions or ("",)):
        told = ", ".join(file.protocol.conditions) or "none: leave this empty"
        problems["condition"] = f"This protocol's conditions are {told}."
    if typed["mode"] not in MODES:
        problems["mode"] = "Choose how this trial counts."
    if typed["wizard"] and typed["wizard"] not in wizards(study):
        problems["wizard"] = "Choose somebody of the team who runs trials."
    kept = planned.plan.experiment_id if planned else None
    if typed["experiment"] and typed["experiment"] not in experiments.choices(study.id, kept):
        problems["experiment"] = experiments.UNKNOWN
    conditions = file.protocol.conditions if file else ()
    problems |= problems_of(study.id, typed["participant"], typed["mode"], typed["condition"], conditions)
    if len(typed["note"]) > LONGEST_NOTE:
        problems["note"] = f"At most {LONGEST_NOTE} characters."
    if problems or moment is None or file is None:
        raise InvalidFields(problems)
    return Plan(
        planned_at=moment,
        participant=typed["participant"],
        protocol=file.name,
        digest=file.digest,
        mode=typed["mode"],
        condition=typed["condition"],
        wizard_id=typed["wizard"] or None,
        note=typed["note"],
        experiment_id=typed["experiment"] or None,
    )


def _moment(text: str) -> datetime | None:
    """Read a moment on the server's clock, as pages write them."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _missing(planned: PlannedTrial, now: datetime, there: list[Offered]) -> list[str]:
    missing = []
    if planned.plan.planned_at < now:
        missing.append("overdue: start, move or cancel it")
    if not planned.wizard:
        missing.append("no wizard")
    found = enrolled(planned.study_id, planned.plan.participant, planned.plan.mode)
    if found and found.consent is not Consent.GIVEN:
        missing.append("no consent" if found.consent is Consent.NONE else "the consent was withdrawn")
    if meant(planned.study_id, planned.plan.protocol, planned.plan.digest, there) is None:
        missing.append("the protocol has changed: plan it anew")
    return missing


def _planned(plan_id: str) -> PlannedTrial:
    try:
        return parts().plans.get(plan_id)
    except NoRow:
        raise NotFound("planned trial", plan_id) from None


def _audit(action: str, planned: PlannedTrial, **detail: object) -> None:
    audit(action, somebody().id, f"plan:{planned.id}", study=planned.study_id, **detail)

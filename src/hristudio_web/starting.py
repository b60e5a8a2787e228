"""Starting a trial, by pages and programs: everything that was given is checked, and what stands in the way.

The trial is asked for by the action run_trial and belongs to the robot host from then on:
it goes on when this process ends. Which study it belongs to is kept before it is asked for.
"""

import time
from collections.abc import Mapping

import structlog
import uuid_utils
from msgspec import Struct

from hristudio_core.store import LAB_BENCH, StoreError, Study, StudyFilter
from hristudio_web import experiments, plans
from hristudio_web.access import Permission, allowed, studies_with
from hristudio_web.enrolment import enrolled, problems_of
from hristudio_web.entrance import audit
from hristudio_web.errors import NotFound
from hristudio_web.guard import somebody
from hristudio_web.offered import Offered, meant
from hristudio_web.parts import parts, robot_named, study_named
from hristudio_web.preflight import Item, keep, look, missing_ticks, wait_until_heard
from hristudio_web.robot import Goal, refusal
from hristudio_web.start_form import read_form
from hristudio_web.studies import refuse_archived

BEGIN_S = 5.0
MOST_STUDIES = 200
NOT_READY = "Nothing was started: what is marked below keeps a trial from running."
NO_STUDY = "Choose one of the studies in which you may start trials."
log = structlog.get_logger(__name__)


class Begun(Struct, frozen=True):
    """A trial that runs."""

    trial_id: str
    robot: str


class NotBegun(Struct, frozen=True):
    """Why no trial was started: problems by field, "form" for the whole; what preflight found, if it looked.

    ``unfit``: what was given cannot be used; else it was fine, and something stands in the way.
    """

    problems: Mapping[str, str]
    items: list[Item] | None = None
    unfit: bool = False


def begin(offered: Offered, given: Mapping[str, str]) -> Begun | NotBegun:
    """Start a trial, as `read_form` reads it.

    Further fields are `robot`, `study`, `experiment`, `plan` and the ticks.

    A study's own version is started in that study, a file in the one that is given.

    Raises:
        NotFound: there is no such robot or plan.
        Forbidden: who asks may start nothing in the plan's study.
        Conflict: the study is archived.
    """
    robot = robot_named(given.get("robot", ""))
    form = read_form(offered, given)
    study = study_of(offered, given)
    if study is None:
        form.problems["study"] = NO_STUDY
    code, mode = form.goal["participant"], form.goal["mode"]
    found = enrolled(study, code, mode) if study else None
    if study:
        conditions = offered.protocol.conditions
        form.problems.update(problems_of(study, code, mode, form.goal["condition"], conditions))
        form.problems.update(_problem_of_experiment(study, given))
    if missing_ticks(given, found):
        form.problems["ticks"] = "Tick these, each when it is so. A rehearsal needs none."
    if form.problems or study is None:
        return NotBegun(form.problems, unfit=True)
    relay = parts().relays[robot.id]
    wait_until_heard(relay)
    items = look(robot, relay, offered, found, mode)
    if any(one.hinders for one in items):
        return NotBegun({"form": NOT_READY}, items)
    named = {"participant": found.code if found else code, "actor": somebody().id}
    goal = {**form.goal, **named, "trial_id": str(uuid_utils.uuid7())}
    plan_id = given.get("plan", "")
    parts().belonging.keep(goal["trial_id"], study)
    experiment = given.get("experiment", "")
    problem = _claim(study, plan_id, goal["trial_id"], experiment)
    if not problem:
        asked = robot.start_trial(goal)
        problem = _wait_for_begin(asked, robot.id)
        if problem and asked.result.done():
            # Refused: no trial comes of it. Without an answer one may, and its study waits for it.
            _give_back(study, plan_id, goal["trial_id"], experiment)
    if problem:
        return NotBegun({"form": problem}, items)
    keep(robot, goal["trial_id"], somebody().id, items, given)
    audit(
        "trial.started", somebody().id, f"trial:{goal['trial_id']}",
        protocol=offered.name, robot=robot.id, study=study, mode=mode,
    )  # fmt: skip
    return Begun(goal["trial_id"], robot.id)


def study_of(offered: Offered, given: Mapping[str, str]) -> str | None:
    """Give the study that a trial will belong to; None when who asks may start none there.

    Raises:
        Conflict: it is archived.
        NotFound: the version is another study's.
    """
    wanted = given.get("study", "") or offered.study_id or LAB_BENCH
    if offered.study_id not in {"", wanted}:
        raise NotFound("version", f"{offered.number} of protocol {offered.name} in the study of this trial")
    if not allowed(somebody(), Permission.TRIAL_START, wanted):
        return None
    if wanted != LAB_BENCH:  # which is never archived, and has to work without the database
        refuse_archived(parts().studies.get(wanted))
    return wanted


def studies_to_start() -> list[Study]:
    """List the studies in which who is signed in may start trials; none while the database is silent."""
    only = studies_with(somebody(), Permission.TRIAL_START)
    try:
        return list(parts().studies.page(StudyFilter(only=only), limit=MOST_STUDIES).studies)
    except StoreError as error:
        log.warning("studies cannot be had", error=str(error))
        return []


def planned(plan_id: str) -> Offered:
    """Give the protocol of a plan.

    Raises:
        NotFound: there is no such plan, or nothing with its protocol's digest any more.
        Forbidden, Conflict: as in `plans.to_start`.
    """
    plan = plans.to_start(plan_id)
    return offered_as(study_named(plan["study"]), plan["protocol"], plan["digest"])


def offered_as(study: Study, name: str, digest: str) -> Offered:
    """Give the version of a protocol that has a digest: one of the study, or a file.

    Raises:
        NotFound: there is none that means this.
    """
    offered = meant(study.id, name, digest)
    if offered is None:
        raise NotFound(
            "protocol", f"{name} with digest {digest[:12]}: it has changed, so plan or choose anew"
        )
    return offered


def _problem_of_experiment(study: str, given: Mapping[str, str]) -> dict[str, str]:
    """What a plan says was checked when it was made, and may have been archived since."""
    wanted = given.get("experiment", "")
    if not wanted or given.get("plan") or wanted in experiments.choices(study):
        return {}
    return {"experiment": experiments.UNKNOWN}


def _claim(study: str, plan_id: str, trial_id: str, experiment: str) -> str:
    """Keep which study and experiment a trial belongs to; give why it may not begin, else nothing."""
    if plan_id:
        return plans.claim(plan_id, trial_id)
    if _is_kept(study, experiment):
        parts().plans.begin(study, trial_id, somebody().id, experiment or None)
    return ""


def _give_back(study: str, plan_id: str, trial_id: str, experiment: str) -> None:
    if plan_id:
        parts().plans.reopen(plan_id)
    elif _is_kept(study, experiment):
        parts().plans.forget(trial_id)


def _is_kept(study: str, experiment: str) -> bool:
    """Tell whether a start is written down: one at the Lab bench has to work without the database."""
    return study != LAB_BENCH or bool(experiment)


def _wait_for_begin(goal: Goal, robot: str) -> str:
    """Wait until the robot host tells of the trial; give why it does not run, else nothing.

    rosbridge has no word for an accepted goal, so the trial's own state is the proof.
    """
    relay = parts().relays[robot]
    deadline_s = time.monotonic() + BEGIN_S
    while time.monotonic() < deadline_s:
        if relay.wait_for_trial(goal.trial_id, 0.1):
            return ""
        if goal.result.done():
            return refusal(goal)
    return (
        f"The robot host has not answered within {BEGIN_S:g} s. It may start the trial yet: "
        "look at the robot's page before you try again."
    )

"""Starting a trial: choose a protocol, look at it, say with whom and how, start."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import LAB_BENCH, StoreError, Study
from hristudio_web import experiments, plans, starting
from hristudio_web.access import Permission, allowed
from hristudio_web.enrolment import enrolled, suggestions
from hristudio_web.guard import needs, somebody
from hristudio_web.key_card import ALWAYS, key_card
from hristudio_web.offered import Offered, file_named, version_named, versions_of
from hristudio_web.parts import parts, robot_named
from hristudio_web.preflight import Item, look, ticks_for
from hristudio_web.protocols import all_protocols, protocol_folders
from hristudio_web.scope import anywhere, of_study
from hristudio_web.start_form import MODES
from hristudio_web.starting import NotBegun

blueprint = Blueprint("start", __name__, url_prefix="/start")


@blueprint.get("")
@needs(Permission.TRIAL_START, anywhere)
def choose() -> ResponseReturnValue:
    """Show the protocols there are: those of the visitor's studies, and the files of this host."""
    folders = protocol_folders(parts().settings)
    own = [(study, offered) for study in starting.studies_to_start() if (offered := _versions(study))]
    return render_template("start_choose.html", own=own, files=all_protocols(folders), folders=folders)


@blueprint.get("/planned/<plan_id>")
@needs(Permission.TRIAL_START, anywhere)
def planned(plan_id: str) -> ResponseReturnValue:
    """Go to the form of a planned trial's protocol, filled in as planned."""
    return redirect(_address(starting.planned(plan_id), plan=plan_id))


@blueprint.get("/<name>")
@needs(Permission.TRIAL_START, anywhere)
def prepare(name: str) -> ResponseReturnValue:
    """Ask with whom and how to run a file of this host."""
    return _form(file_named(name), _given(request.args), {})


@blueprint.post("/<name>")
@needs(Permission.TRIAL_START, anywhere)
def begin(name: str) -> ResponseReturnValue:
    """Start the trial; on trouble, or only to look again, show the form with all that was typed."""
    return _begin(file_named(name))


@blueprint.get("/<name>/keys")
@needs(Permission.TRIAL_START, anywhere)
def keys(name: str) -> ResponseReturnValue:
    """Show the keys of a file of this host as a card to print."""
    offered = file_named(name)
    return render_template(
        "key_card.html", protocol=offered.protocol, digest=offered.digest, parts=key_card(offered.protocol),
        always=ALWAYS, back=url_for("start.prepare", name=name),
    )  # fmt: skip


@blueprint.get("/<study_id>/<name>/<int:number>")
@needs(Permission.TRIAL_START, of_study)
def prepare_version(study_id: str, name: str, number: int) -> ResponseReturnValue:
    """Ask with whom and how to run a version of a study's protocol."""
    return _form(version_named(study_id, name, number), _given(request.args), {})


@blueprint.post("/<study_id>/<name>/<int:number>")
@needs(Permission.TRIAL_START, of_study)
def begin_version(study_id: str, name: str, number: int) -> ResponseReturnValue:
    """Start the trial, as `begin` does."""
    return _begin(version_named(study_id, name, number))


def _begin(offered: Offered) -> ResponseReturnValue:
    given = _given(request.form)
    if "look" in given:
        return _form(offered, given, {})
    done = starting.begin(offered, given)
    if isinstance(done, NotBegun):
        return _form(offered, given, done.problems, done.items), 422 if done.unfit else 409
    return redirect(url_for("live.cockpit", name=done.robot), 303)


def _given(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed; what a plan says comes before it."""
    plan_id = typed.get("plan", "")
    return {**typed, **plans.to_start(plan_id)} if plan_id else dict(typed)


def _versions(study: Study) -> list[Offered]:
    try:
        return versions_of(study.id)
    except StoreError:
        return []


def _address(offered: Offered, plan: str | None = None) -> str:
    if not offered.number:
        return url_for("start.begin", name=offered.name, plan=plan)
    return url_for(
        "start.begin_version", study_id=offered.study_id, name=offered.name, number=offered.number, plan=plan
    )


def _form(
    offered: Offered,
    given: Mapping[str, Any],
    problems: Mapping[str, str],
    items: Sequence[Item] | None = None,
) -> str:
    robot = robot_named(given.get("robot", "") or next(iter(parts().robots)))
    studies = _studies(offered, given)
    study = given.get("study", "") if given.get("study", "") in studies else next(iter(studies), "")
    found = enrolled(study, given.get("participant", ""), given.get("mode", "")) if study else None
    if items is None:
        items = look(robot, parts().relays[robot.id], offered, found, given.get("mode", ""))
    return render_template(
        "start.html", offered=offered, protocol=offered.protocol, given=given, problems=problems,
        address=_address(offered), studies=studies, modes=MODES, ticks=ticks_for(found),
        codes=suggestions(study) if study else [],
        experiments={} if given.get("plan") else experiments.by_study(studies),
        robots=list(parts().robots.values()), robot=robot, items=items,
    )  # fmt: skip


def _studies(offered: Offered, given: Mapping[str, str]) -> dict[str, str]:
    """Names of the studies that the trial may belong to, by id; one: there is nothing to choose."""
    found = starting.studies_to_start()
    names = {one.id: one.name for one in sorted(found, key=lambda one: one.id != LAB_BENCH)}
    if not names and allowed(somebody(), Permission.TRIAL_START, LAB_BENCH):
        names = {LAB_BENCH: "Lab bench"}
    fixed = offered.study_id or (given.get("study", "") if given.get("plan") else "")
    return {fixed: names.get(fixed, "")} if fixed else names

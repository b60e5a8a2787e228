"""Studies: a list, a page for each, and its team."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Study, StudyFilter, StudyOrder, StudyRole, TrialFilter
from hristudio_web import studies
from hristudio_web.access import Permission, studies_with
from hristudio_web.errors import InvalidFields, NotFound
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import parts, study_named
from hristudio_web.scope import anywhere, of_study

blueprint = Blueprint("studies", __name__, url_prefix="/studies")
PAGE = 25
LATEST = 5
NOTHING: Mapping[str, str] = {}


@blueprint.get("")
@needs(Permission.STUDY_READ, anywhere)
def all_studies() -> ResponseReturnValue:
    """List the studies that the visitor works on."""
    return _list(NOTHING, {})


@blueprint.post("")
@needs(Permission.STUDY_CREATE, anywhere)
def create() -> ResponseReturnValue:
    """Make a study."""
    given = request.form
    try:
        study = studies.create(given.get("name", ""), given.get("description", ""))
    except InvalidFields as error:
        return _list(given, error.fields)
    return _done(study, f"{study.name} is there. You are its owner: add your team.")


@blueprint.get("/<study_id>")
@needs(Permission.STUDY_READ, of_study)
def show(study_id: str) -> ResponseReturnValue:
    """Show a study: what it is about, its newest trials, its team."""
    return _page(study_named(study_id), NOTHING, {})


@blueprint.post("/<study_id>")
@needs(Permission.STUDY_MANAGE, of_study)
def change(study_id: str) -> ResponseReturnValue:
    """Call a study something else, or describe it anew."""
    study, given = study_named(study_id), request.form
    try:
        studies.change(study, given.get("name", ""), given.get("description", ""))
    except InvalidFields as error:
        return _page(study, given, error.fields)
    return _done(study, "Saved.")


@blueprint.post("/<study_id>/archive")
@needs(Permission.STUDY_MANAGE, of_study)
def archive(study_id: str) -> ResponseReturnValue:
    """Put a study aside."""
    study = studies.archive(study_named(study_id))
    return _done(study, f"{study.name} is archived. Nothing of it is lost.")


@blueprint.post("/<study_id>/take-up")
@needs(Permission.STUDY_MANAGE, of_study)
def take_up(study_id: str) -> ResponseReturnValue:
    """Take an archived study up again."""
    study = studies.take_up(study_named(study_id))
    return _done(study, f"{study.name} is among the studies again.")


@blueprint.post("/<study_id>/team")
@needs(Permission.STUDY_MANAGE, of_study)
def add_member(study_id: str) -> ResponseReturnValue:
    """Give somebody a role in a study."""
    study, given = study_named(study_id), request.form
    try:
        member = studies.add_member(study, given.get("email", ""), given.get("role", ""))
    except InvalidFields as error:
        return _page(study, given, error.fields)
    return _done(study, f"{member.name} is in the team: {member.role.value}.")


@blueprint.post("/<study_id>/team/<account_id>")
@needs(Permission.STUDY_MANAGE, of_study)
def set_role(study_id: str, account_id: str) -> ResponseReturnValue:
    """Change what somebody in a team may do."""
    study = study_named(study_id)
    member = studies.set_member_role(study, account_id, request.form.get("role", ""))
    return _done(study, f"{member.name} is {_article(member.role.value)} here now.")


@blueprint.post("/<study_id>/team/<account_id>/remove")
@needs(Permission.STUDY_MANAGE, of_study)
def remove_member(study_id: str, account_id: str) -> ResponseReturnValue:
    """Take somebody out of a team."""
    study = study_named(study_id)
    member = studies.remove_member(study, account_id)
    if member.account_id == somebody().id:
        flash(f"You have left {study.name}.")
        return redirect(url_for("home.home"), 303)
    return _done(study, f"{member.name} is not in the team any more.")


def _list(given: Mapping[str, str], problems: dict[str, str]) -> ResponseReturnValue:
    words = request.args.get("q", "").strip()[:100]
    archived = request.args.get("archived") == "yes"
    order = StudyOrder.NEWEST if request.args.get("order") == "newest" else StudyOrder.NAME
    which = StudyFilter(words, archived, studies_with(somebody(), Permission.STUDY_READ), order)
    after = request.args.get("after") or None
    page = parts().studies.page(which, after if after and _is_study(after) else None, PAGE)
    shown = render_template(
        "studies.html", found=page, words=words, archived=archived, order=order.value,
        later=after is not None, given=given, problems=problems,
    )  # fmt: skip
    return shown, 422 if problems else 200


def _page(study: Study, given: Mapping[str, str], problems: dict[str, str]) -> ResponseReturnValue:
    latest = parts().trials.page(TrialFilter(studies=frozenset({study.id})), None, LATEST)
    shown = render_template(
        "study.html", study=study, team=parts().studies.team(study.id), trials=latest.trials,
        roles=[role.value for role in StudyRole], given=given, problems=problems,
    )  # fmt: skip
    return shown, 422 if problems else 200


def _is_study(text: str) -> bool:
    try:
        study_named(text)
    except NotFound:
        return False
    return True


def _done(study: Study, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("studies.show", study_id=study.id), 303)


def _article(role: str) -> str:
    return f"{'an' if role[0] in 'aeiou' else 'a'} {role}"

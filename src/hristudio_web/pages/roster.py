"""A list of participants from a file: looked at first, then added as a whole."""

from hashlib import sha256

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Study
from hristudio_web import participants
from hristudio_web.access import Permission
from hristudio_web.errors import Conflict, Unreadable
from hristudio_web.guard import needs, takes
from hristudio_web.parts import study_named
from hristudio_web.roster import LARGEST, SEPARATORS, Roster, decode
from hristudio_web.scope import of_study

blueprint = Blueprint("roster", __name__, url_prefix="/studies/<study_id>/participants/import")
SHOWN = 20
SHOWN_PROBLEMS = 100


@blueprint.get("")
@needs(Permission.PARTICIPANT_EDIT, of_study)
def show(study_id: str) -> ResponseReturnValue:
    """Ask for a list."""
    return _page(study_named(study_id))


@blueprint.post("")
@takes(LARGEST)
@needs(Permission.PARTICIPANT_EDIT, of_study)
def look(study_id: str) -> ResponseReturnValue:
    """Show what a list says, or add what it says."""
    study = study_named(study_id)
    encoding = ""
    text = request.form.get("text", "")
    file = request.files.get("file")
    try:
        if file and file.filename:
            with file.stream:
                text, encoding = decode(file.read())
        roster = participants.check_roster(study, text)
        # What is added is what was looked at: not another file, nor a text that was changed since.
        adds = request.form.get("act") == "import" and request.form.get("seen") == _digest(text)
        if not adds or roster.problems:
            return _page(study, text, roster, encoding), 422 if adds else 200
        added = participants.add_roster(study, roster)
    except (Unreadable, Conflict) as error:
        return _page(study, text, encoding=encoding, trouble=str(error)), 422
    flash(f"{added} {'participant' if added == 1 else 'participants'} added.")
    return redirect(url_for("participants.show_all", study_id=study.id), 303)


def _digest(text: str) -> str:
    """Tell texts apart, however a browser ends their lines."""
    return sha256("\n".join(text.splitlines()).encode("utf-8", "surrogatepass")).hexdigest()


def _page(
    study: Study, text: str = "", roster: Roster | None = None, encoding: str = "", trouble: str = ""
) -> str:
    return render_template(
        "roster.html", study=study, text=text, seen=_digest(text), roster=roster, encoding=encoding,
        trouble=trouble, separator=SEPARATORS[roster.separator] if roster else "",
        most=SHOWN, most_problems=SHOWN_PROBLEMS,
    )  # fmt: skip

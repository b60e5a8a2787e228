"""Who did what, and what of it looks suspicious: the audit trail, for administrators."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from hristudio_web import suspicious
from hristudio_web.access import Permission
from hristudio_web.errors import Conflict
from hristudio_web.guard import needs
from hristudio_web.parts import parts, people

blueprint = Blueprint("trail", __name__, url_prefix="/audit")
PAGE = 100
KINDS = {
    "session.": "Signing in and out",
    "session.refused": "Refused sign-ins",
    "access.refused": "Refused requests",
    "suspicion.": "Suspicious activity",
    "account.": "Accounts and passwords",
    "second_factor.": "Second factors",
    "identity.": "Accounts elsewhere",
    "token.": "Tokens of programs",
    "trial.": "Trials",
    "plan.": "Planned trials",
    "study.": "Studies and their teams",
    "protocol.": "Protocols of studies",
    "participant.": "Participants",
    "participant.person_viewed": "Personal data seen",
}
"""How what can be looked for begins, and what people call it."""


@blueprint.get("")
@needs(Permission.AUDIT_READ)
def show() -> ResponseReturnValue:
    """List what was done, newest first."""
    known = people()
    who = request.args.get("who", "")
    found = parts().audit.page(
        account_id=who if who in known else None,
        subject=request.args.get("object", "").strip()[:200] or None,
        action=request.args.get("what", "").strip()[:200] or None,
        address=request.args.get("address", "").strip()[:200] or None,
        before=request.args.get("before", type=int),
        limit=PAGE + 1,
    )
    return render_template(
        "trail.html", records=found[:PAGE], more=len(found) > PAGE, people=known, who=who,
        subject=request.args.get("object", ""), what=request.args.get("what", ""), kinds=KINDS,
        address=request.args.get("address", ""),
        # A page that somebody filters is about what they look for.
        cases=suspicious.Cases() if request.args else suspicious.cases(),
        longest_note=suspicious.LONGEST_NOTE,
    )  # fmt: skip


@blueprint.post("/suspicions/<int:number>/acknowledge")
@needs(Permission.ACCOUNT_MANAGE)
def acknowledge(number: int) -> ResponseReturnValue:
    """Say that a case of suspicious activity was looked at, and what it was."""
    try:
        suspicious.acknowledge(number, _note())
    except Conflict as error:
        flash(str(error))
    else:
        flash("That case is closed. It is raised again if it goes on.")
    return redirect(url_for("trail.show"), 303)


@blueprint.post("/suspicions/acknowledge")
@needs(Permission.ACCOUNT_MANAGE)
def acknowledge_all() -> ResponseReturnValue:
    """Say that every case up to the newest on the page was looked at."""
    closed = suspicious.acknowledge_all(request.form.get("newest", 0, type=int), _note())
    flash(f"{closed} cases are closed. They are raised again if it goes on." if closed else suspicious.GONE)
    return redirect(url_for("trail.show"), 303)


def _note() -> str:
    return request.form.get("note", "").strip()[: suspicious.LONGEST_NOTE]

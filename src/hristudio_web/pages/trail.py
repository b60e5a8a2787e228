"""Who did what: the audit trail, for administrators."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from hristudio_web.access import Permission
from hristudio_web.guard import needs
from hristudio_web.parts import parts, people

blueprint = Blueprint("trail", __name__, url_prefix="/audit")
PAGE = 100
KINDS = {
    "session.": "Signing in and out",
    "session.refused": "Refused sign-ins",
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
        before=request.args.get("before", type=int),
        limit=PAGE + 1,
    )
    return render_template(
        "trail.html", records=found[:PAGE], more=len(found) > PAGE, people=known, who=who,
        subject=request.args.get("object", ""), what=request.args.get("what", ""), kinds=KINDS,
    )  # fmt: skip

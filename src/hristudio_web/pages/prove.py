"""Asking somebody who is signed in to prove it anew."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from hristudio_web.access import Permission
from hristudio_web.entrance import audit, safe_next
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import limited, parts
from hristudio_web.proof import ask, proves, remember

blueprint = Blueprint("prove", __name__)


@blueprint.post("/prove")
@limited("10 per minute")
@needs(Permission.ACCOUNT_OWN, even_without_factor=True)
def prove() -> ResponseReturnValue:
    """Take the proof, and send the form on to where it was going."""
    account, given = somebody(), request.form.get("proof", "")
    then = safe_next(request.form.get("then", ""))
    if not proves(account, given):
        audit("session.proof_refused", account.id, f"account:{account.id}")
        by_password = parts().credentials.of(account.id) is not None
        return ask(then, "That is not your password." if by_password else "That code is not right now.", 422)
    remember("proof")
    # 307 has the browser send the same form again, to the page it was meant for.
    return redirect(then, 307)

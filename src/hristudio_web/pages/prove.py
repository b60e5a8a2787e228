"""Asking somebody who is signed in to prove it anew."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from hristudio_web.access import Permission
from hristudio_web.entrance import audit, safe_next
from hristudio_web.guard import needs, somebody
from hristudio_web.parts import limited, parts
from hristudio_web.proof import ask, password_right, remember

blueprint = Blueprint("prove", __name__)


@blueprint.post("/prove")
@limited("10 per minute")
@needs(Permission.ACCOUNT_OWN)
def prove() -> ResponseReturnValue:
    """Take the proof, and send the form on to where it was going."""
    account, given = somebody(), request.form.get("proof", "")
    then = safe_next(request.form.get("then", ""))
    if parts().credentials.of(account.id):
        right, words = password_right(account, given), "That is not your password."
    else:
        right, words = parts().authenticator.right(account.id, given), "That code is not right now."
    if not right:
        audit("session.proof_refused", account.id, f"account:{account.id}")
        return ask(then, words, 422)
    remember("proof")
    # 307 has the browser send the same form again, to the page it was meant for.
    return redirect(then, 307)

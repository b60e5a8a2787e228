"""Proving who one is: by password, by code, and anew before what would let a thief stay.

A session may be hours old and its browser left open; so changes of passwords, second
factors, tokens and accounts ask for a proof that is younger than `FRESH_S`. What was
typed into the form in between goes along and arrives.
"""

import time
from collections.abc import Callable
from datetime import datetime, timezone
from functools import wraps
from typing import ParamSpec

from flask import make_response, render_template, request, session
from flask.typing import ResponseReturnValue

from hristudio_core.store import Account
from hristudio_web.errors import ProofNeeded
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

FRESH_S = 15 * 60
PROVED, PROVED_BY = "proved", "proved_by"
LINK = "link"
SECRET_FIELDS = {"csrf_token", "password", "current", "again", "code", "proof", "then"}
"""Fields of a form that do not go along: they are typed again."""
P = ParamSpec("P")


def password_right(account: Account | None, password: str) -> bool:
    """Tell whether a password is somebody's; takes as long when they have none, or are nobody."""
    known = parts().credentials.of(account.id) if account else None
    matches = parts().passwords.matches(known.password_hash if known else None, password)
    if account is None or known is None or is_locked(account):
        return False
    if not matches:
        parts().credentials.failed(account.id)
        return False
    parts().credentials.succeeded(account.id)
    return True


def is_locked(account: Account) -> bool:
    """Tell whether too many wrong passwords have locked an account for now."""
    known = parts().credentials.of(account.id)
    return bool(known and known.locked_until and known.locked_until > datetime.now(timezone.utc))


def remember(how: str) -> None:
    """Keep in the session that somebody has just proved who they are, and how."""
    session[PROVED], session[PROVED_BY] = int(time.time()), how


def proved_lately(how: str = "") -> bool:
    """Tell whether they have, lately; ``how``: first of all in this way."""
    at = session.get(PROVED)
    lately = isinstance(at, int) and 0 <= time.time() - at < FRESH_S
    return lately and (not how or str(session.get(PROVED_BY)).startswith(how))


def fresh(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a view run only for those who have proved lately who they are; ask the others to."""

    @wraps(view)
    def asked(*arguments: P.args, **keywords: P.kwargs) -> ResponseReturnValue:
        if not proved_lately() and request.path.startswith("/api/"):
            raise ProofNeeded
        return view(*arguments, **keywords) if proved_lately() else ask(request.path, "", 401)

    asked.fresh = True  # type: ignore[attr-defined]  # for the table of rights in the documentation
    return asked


def proves(account: Account, given: str) -> bool:
    """Tell whether it is somebody's password, or where they have none a code of their second factor."""
    if parts().credentials.of(account.id):
        return password_right(account, given)
    return parts().authenticator.right(account.id, given)


def ask(then: str, problem: str, status: int) -> ResponseReturnValue:
    """Show the page that asks for a proof; ``then`` is where the form goes after it."""
    account = somebody()
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET_FIELDS]
    page = render_template(
        "prove.html",
        by_password=parts().credentials.of(account.id) is not None,
        by_code=parts().factors.of(account.id) is not None,
        then=then,
        kept=kept,
        problems={"proof": problem} if problem else {},
    )
    return make_response(page, status)

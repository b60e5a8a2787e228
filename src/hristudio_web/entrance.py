"""Letting somebody in who has proved who they are, and what comes after."""

import time
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from hristudio_core.store import Account, StoreFault
from hristudio_web.guard import SESSION
from hristudio_web.parts import parts
from hristudio_web.proof import remember

HALF = "half"
HALF_S = 300
"""How long the second factor may take after the first."""
log = structlog.get_logger(__name__)


def admit(account: Account, how: str, following: str = "") -> ResponseReturnValue:
    """Let somebody in who has proved who they are; first to the second factor where they have one.

    Args:
        account: Who.
        how: By what, for the audit trail.
        following: The page they wanted.
    """
    if parts().factors.of(account.id) is None:
        let_in(account, how)
        return redirect(safe_next(following), 303)
    session.clear()
    session[HALF] = {"account": account.id, "how": how, "next": following, "at": int(time.time())}
    return redirect(url_for("sign_in.ask_code"), 303)


def half_way() -> dict[str, Any] | None:
    """Give who has proved the first factor a moment ago, how, and what they wanted."""
    half = session.get(HALF)
    return half if isinstance(half, dict) and 0 <= time.time() - half["at"] < HALF_S else None


def let_in(account: Account, how: str) -> None:
    """Sign the browser of this request in. ``how`` is kept in the audit trail."""
    token = parts().visitors.open(account, request.user_agent.string[:200])
    # Nothing that was set before somebody proved who they are may live on.
    session.clear()
    session.permanent = True
    session[SESSION] = token
    remember(how)
    log.info("signed in", account=account.id, how=how)
    audit("session.opened", account.id, f"account:{account.id}", how=how)


def audit(action: str, account_id: str | None, subject: str, **detail: object) -> None:
    """Keep that somebody did something; a database that is away stops nobody, and is told in the log.

    Where use is counted, the act is, without whose and on what it was.
    """
    parts().counting.act(action, subject, detail)
    try:
        parts().audit.record(
            action, account_id=account_id, subject=subject, detail=detail, address=request.remote_addr or ""
        )
    except StoreFault as error:
        log.warning("not in the audit trail", action=action, subject=subject, error=str(error))


def safe_next(address: str) -> str:
    """Give the page somebody wanted, if it is one of ours; else the first one."""
    parts_ = urlsplit(address)
    ours = not parts_.scheme and not parts_.netloc and address.startswith("/") and "\\" not in address
    return address if ours and not address.startswith("//") and address.isprintable() else "/"

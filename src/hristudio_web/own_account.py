"""What people do to their own account, from its page or over the API; each act is kept in the audit trail."""

from collections.abc import Iterable
from datetime import timedelta

from flask import session

from hristudio_core.store import Account, ApiToken, session_id
from hristudio_core.store import NotFound as NoRow
from hristudio_web.access import Permission, for_programs, studies_with
from hristudio_web.entrance import audit
from hristudio_web.errors import InvalidFields, NotFound
from hristudio_web.guard import SESSION, somebody
from hristudio_web.parts import parts

LONGEST_NAME = 100
LONGEST_DAYS = 365
NEVER_GRANTED = frozenset({Permission.ACCOUNT_OWN, Permission.ACCOUNT_MANAGE})
"""What no token may do: whoever finds one must not be able to stay."""


def rename(name: str) -> Account:
    """Change the name that others see.

    Raises:
        InvalidFields: it is none.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise InvalidFields({"name": f"A name has 1 to {LONGEST_NAME} characters."})
    account = parts().accounts.change(somebody().id, name=name)
    _audit("account.renamed")
    return account


def here() -> str:
    """Give the id of this browser's session; empty for a program."""
    token = session.get(SESSION)
    return session_id(token) if isinstance(token, str) else ""


def end_browser(session_id: str) -> None:
    """Sign one browser out."""
    parts().sessions.end(somebody().id, session_id)
    parts().visitors.refresh()
    _audit("session.ended")


def end_other_browsers() -> None:
    """Sign out every browser but this one."""
    account, this = somebody(), here()
    for browser in parts().sessions.of(account.id):
        if browser.id != this:
            parts().sessions.end(account.id, browser.id)
    parts().visitors.refresh()
    _audit("session.ended_others")


def grantable() -> list[str]:
    """Permissions that somebody can hand on to a program: those they have somewhere, not over accounts."""
    account = somebody()
    return [
        one.value
        for one in Permission
        if one not in NEVER_GRANTED
        and for_programs(account, one)
        and studies_with(account, one) != frozenset()
    ]


def issue_token(title: str, permissions: Iterable[str], days: int | None) -> tuple[str, ApiToken]:
    """Make a token for a program; it is given out here alone.

    Raises:
        InvalidFields: what was given makes no token.
    """
    chosen, may = sorted(set(permissions)), grantable()
    fields = {}
    if not 0 < len(title.strip()) <= LONGEST_NAME:
        fields["title"] = "Name it after what will use it."
    strange = [name for name in chosen if name not in may]
    if not chosen:
        fields["permissions"] = "Choose what it may do."
    elif strange:
        fields["permissions"] = f"You cannot hand on {', '.join(strange)}; but {', '.join(may)}."
    if days is None or not 1 <= days <= LONGEST_DAYS:
        fields["days"] = f"Choose how long it holds, 1 to {LONGEST_DAYS} days."
    if fields or days is None:
        raise InvalidFields(fields)
    token, made = parts().tokens.issue(somebody().id, title, chosen, timedelta(days=days))
    audit("token.issued", somebody().id, f"token:{made.id}", permissions=chosen)
    return token, made


def revoke_token(token_id: str) -> None:
    """Make a token worthless.

    Raises:
        NotFound: there is none of that id.
    """
    try:
        parts().tokens.revoke(somebody().id, token_id)
    except NoRow:
        raise NotFound("token", token_id) from None
    audit("token.revoked", somebody().id, f"token:{token_id}")


def _audit(action: str) -> None:
    audit(action, somebody().id, f"account:{somebody().id}")

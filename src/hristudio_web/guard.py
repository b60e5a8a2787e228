"""Who is behind an HTTP request, and whether they may."""

from collections.abc import Callable
from datetime import datetime, timezone
from functools import wraps
from hmac import compare_digest
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from flask import Flask, current_app, g, request, session

from hristudio_core.store import LAB_BENCH, Account, InvalidToken
from hristudio_web.access import Permission, allowed, for_programs, lacks_second_factor, stays_open
from hristudio_web.errors import (
    Forbidden,
    MonitorsOnly,
    NotSignedIn,
    SecondFactorNeeded,
    UnderMaintenance,
)
from hristudio_web.refusals import note_token

if TYPE_CHECKING:
    from hristudio_web.notices import NoticeBoard

SESSION = "session"
"""Where the signed cookie keeps the session's token."""
P = ParamSpec("P")
R = TypeVar("R")
PUBLIC = "public"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing (RFC 9110, section 9.2.1)."""


def visitor() -> Account | None:
    """Give who is signed in; None when nobody is."""
    if "account" not in g:
        token = session.get(SESSION)
        visitors = current_app.extensions["hristudio"].visitors
        bearer = bearer_token()
        if bearer is not None:
            g.account, g.granted = _program(bearer)
        else:
            g.account = visitors.current(token) if isinstance(token, str) else None
    account: Account | None = g.account
    return account


def _program(bearer: str) -> tuple[Account | None, frozenset[str]]:
    made, address = current_app.extensions["hristudio"], request.remote_addr or ""
    try:
        known: tuple[Account | None, frozenset[str]] = made.visitors.of_program(bearer)
    except InvalidToken as error:
        note_token(made.refusals, error, address)
        return None, frozenset()
    return known


def bearer_token() -> str | None:
    """Give the token that a program sends with a request to the API; None when it sends none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and request.path.startswith("/api/v1/") else None


def granted(permission: Permission) -> bool:
    """Tell whether the program behind this request may use a permission of its account; people may all."""
    if "granted" not in g:
        return True
    return permission.value in g.granted and for_programs(somebody(), permission)


def somebody() -> Account:
    """Give who is signed in, in a view that only lets such people in."""
    account = visitor()
    if account is None:
        raise NotSignedIn
    return account


def at_the_lab_bench() -> str:
    """Give the study of what belongs to none; rights over accounts count in all alike."""
    return LAB_BENCH


def needs(
    permission: Permission,
    study: Callable[[], str | None] = at_the_lab_bench,
    *,
    even_without_factor: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view run only for those who have a permission in the study that the request is about.

    ``even_without_factor``: also before they have set up the second factor that is asked of them.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*arguments: P.args, **keywords: P.kwargs) -> R:
            account = somebody()
            if not even_without_factor and second_factor_missing():
                raise SecondFactorNeeded
            if not granted(permission) or not allowed(account, permission, study()):
                raise Forbidden(permission.value)
            _refuse_while_maintained(account, permission)
            return view(*arguments, **keywords)

        # For the walk over all routes, and the table of rights in the documentation.
        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.study = study  # type: ignore[attr-defined]
        guarded.even_without_factor = even_without_factor  # type: ignore[attr-defined]
        return guarded

    return decorate


def _refuse_while_maintained(account: Account, permission: Permission) -> None:
    """Let nothing be changed that an upgrade might lose; looking on, and trials that run, are as ever."""
    board: NoticeBoard = current_app.extensions["hristudio"].notices
    notice = board.in_force
    if notice is None or request.method in SAFE or stays_open(account, permission):
        return
    now = datetime.now(timezone.utc)
    if permission is Permission.TRIAL_START:
        raise UnderMaintenance(notice.refusal(now), notice.ends_at)
    raise UnderMaintenance(f"{notice.title(now)}. {notice.words(now)}", notice.ends_at)


def takes(largest: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a view take forms and bodies of so many bytes, where what all others take is too little."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        view.largest = largest  # type: ignore[attr-defined]  # for the bound on every request
        return view

    return mark


def second_factor_missing() -> bool:
    """Tell whether who is signed in has yet to set up the second factor that is asked of them."""
    policy = current_app.extensions["hristudio"].settings.web.second_factor
    return lacks_second_factor(somebody(), policy)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to everybody: every view is marked one way or the other."""
    view.permission = PUBLIC  # type: ignore[attr-defined]  # for the walk over all routes
    return view


def by_ticket(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose address is itself the right to it: signed, for one thing, for a while.

    No cookie says anything there, so no other page can misuse one.
    """
    view.by_ticket = True  # type: ignore[attr-defined]  # for the check against forgeries
    return public(view)


def for_monitors(view: Callable[P, R]) -> Callable[P, R]:
    """Let a view run for programs of this machine, and for whoever brings the monitors' token."""

    @wraps(view)
    def guarded(*arguments: P.args, **keywords: P.kwargs) -> R:
        wanted = current_app.extensions["hristudio"].settings.telemetry.metrics_token
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        brings_token = bool(wanted) and scheme.lower() == "bearer" and compare_digest(given.strip(), wanted)
        # What comes by a proxy comes from this machine as well, whoever sent it.
        forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
        if not brings_token and (forwarded or not _is_loopback(request.remote_addr)):
            raise MonitorsOnly
        return view(*arguments, **keywords)

    guarded.monitors = True  # type: ignore[attr-defined]  # for the table of rights in the documentation
    return public(guarded)


def _is_loopback(address: str | None) -> bool:
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def asks_for_ticket() -> bool:
    """Tell whether this request's view looks at nothing but the ticket in its address."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "by_ticket")


def add_to_templates(app: Flask) -> None:
    """Let templates ask who is signed in and what they may do."""

    def context() -> dict[str, Any]:
        account = visitor()

        def may(name: str, study: str | None = None) -> bool:
            return account is not None and allowed(account, Permission(name), study)

        made = current_app.extensions["hristudio"]
        mail = made.mailer is not None
        return {
            "account": account,
            "may": may,
            "mail": mail,
            "providers": made.providers.all(),
            "passwords": made.settings.flags.password,
            "suspicious": len(made.lookout.open),
        }

    app.context_processor(context)

"""The table of rights as Markdown: what each role may do, and which route or event asks for it."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from hristudio_core.store import Role, StudyRole
from hristudio_web.access import TABLE
from hristudio_web.guard import PUBLIC, at_the_lab_bench
from hristudio_web.live import EVENTS

COLUMNS: dict[str, Role | StudyRole | None] = {
    "nobody": None,
    "member": Role.MEMBER,
    "observer": StudyRole.OBSERVER,
    "wizard": StudyRole.WIZARD,
    "researcher": StudyRole.RESEARCHER,
    "owner": StudyRole.OWNER,
    "administrator": Role.ADMINISTRATOR,
}
"""Who there is: nobody signed in, a member of no study, the roles in a study, administrators."""
GIVEN = frozenset({"static", "HEAD", "OPTIONS"})
"""What Flask adds by itself."""


def reference(app: Flask) -> str:
    """Give the tables of an application as Markdown."""
    return "\n".join([*_permissions(), "", *_routes(app), "", *_events()]) + "\n"


def routes(app: Flask) -> list[tuple[str, Rule, Callable[..., Any]]]:
    """List what an application answers to: method, rule and view, by address."""
    found = [
        (method, rule, app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in GIVEN
        for method in (rule.methods or set()) - GIVEN
    ]
    return sorted(found, key=lambda one: (one[1].rule, one[0]))


def _permissions() -> Iterator[str]:
    yield "## Permissions"
    yield ""
    yield _row("resource", "action", *COLUMNS)
    yield "|---|---|" + ":-:|" * len(COLUMNS)
    for permission, holders in TABLE.items():
        resource, _, action = permission.value.partition(".")
        # Whoever has a role in a study has an account of their own as well.
        everybody = Role.MEMBER in holders
        held = [role is not None and (everybody or role in holders) for role in COLUMNS.values()]
        yield _row(f"`{resource}`", f"`{action}`", *("yes" if holds else "-" for holds in held))


def _routes(app: Flask) -> Iterator[str]:
    yield "## Routes"
    yield ""
    yield _row("method", "address", "permission", "in which study", "besides", "what it does")
    yield "|---|---|---|---|---|---|"
    for method, rule, view in routes(app):
        permission = view.permission  # type: ignore[attr-defined]  # the guard's mark
        public = permission == PUBLIC
        words = (view.__doc__ or "").strip().splitlines()
        yield _row(
            method,
            f"`{rule.rule}`",
            "none" if public else f"`{permission.value}`",
            "" if public else _study(view),
            _besides(view),
            words[0].replace("|", "/") if words else "",
        )


def _study(view: Callable[..., Any]) -> str:
    study = view.study  # type: ignore[attr-defined]  # the guard's mark
    return "" if study is at_the_lab_bench else str(study.__name__).replace("_", " ")


def _besides(view: Callable[..., Any]) -> str:
    told = []
    if hasattr(view, "by_ticket"):
        told.append("a signed ticket in the address")
    if hasattr(view, "monitors"):
        told.append("from this machine, or with the monitors' token")
    if hasattr(view, "fresh"):
        told.append("a fresh proof")
    if hasattr(view, "rate"):
        told.append(f"at most {view.rate}")
    if getattr(view, "even_without_factor", False):
        told.append("also before the second factor is set up that is asked")
    return ", ".join(told)


def _events() -> Iterator[str]:
    yield "## Socket.IO events"
    yield ""
    yield _row("event", "permission")
    yield "|---|---|"
    for name, permission in sorted(EVENTS.items()):
        yield _row(f"`{name}`", f"`{permission.value}`")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"

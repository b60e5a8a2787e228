"""The rights of the bridge's roles as Markdown."""

from collections.abc import Iterable, Iterator, Mapping

from hristudio_bridge.access.policy import KINDS, Policy, Rights

KIND_OF = {
    "topic": ("subscribe", "publish"),
    "service": ("call", "serve"),
    "action": ("goals", "serve_actions"),
}
"""What can be done with a name of each kind, as fields of `Rights`."""
WORDS = {
    "subscribe": "subscribe to",
    "publish": "publish on",
    "call": "call",
    "serve": "serve",
    "goals": "send goals to",
    "serve_actions": "serve",
}


def reference(
    roles: Mapping[str, Rights], operations: Iterable[tuple[str, bool]], names: Iterable[tuple[str, str]]
) -> str:
    """Give the tables.

    Args:
        roles: The rights of each role.
        operations: Each operation's name, and whether it needs no sign-in.
        names: The kind (topic, service, action) and name of what there is on a robot.
    """
    policy = Policy(roles)
    lines = [
        *_operations(policy, roles, operations),
        "",
        *_names(policy, roles, names),
        "",
        *_patterns(roles),
    ]
    return "\n".join(lines) + "\n"


def _operations(
    policy: Policy, roles: Iterable[str], operations: Iterable[tuple[str, bool]]
) -> Iterator[str]:
    yield "### Operations"
    yield ""
    yield from _head("operation", "not signed in", *roles)
    for name, is_open in sorted(operations):
        yield _row(
            f"`{name}`", _mark(is_open), *(_mark(is_open or policy.may_do(one, name)) for one in roles)
        )


def _names(policy: Policy, roles: Iterable[str], names: Iterable[tuple[str, str]]) -> Iterator[str]:
    yield "### What is on a robot"
    yield ""
    yield from _head("to do", *roles)
    for kind, name in names:
        for right in KIND_OF[kind]:
            may = (_mark(policy.may(role, right, f"/{name.lstrip('/')}")) for role in roles)
            yield _row(f"{WORDS[right]} `{name}`", *may)


def _patterns(roles: Mapping[str, Rights]) -> Iterator[str]:
    yield "### Patterns"
    yield ""
    yield _row("role", *(kind.replace("_", " ") for kind in KINDS))
    yield "|---" * (len(KINDS) + 1) + "|"
    for role, rights in roles.items():
        cells = (", ".join(f"`{pattern}`" for pattern in getattr(rights, kind)) for kind in KINDS)
        yield _row(role, *(cell or "-" for cell in cells))


def _head(first: str, *rest: str) -> Iterator[str]:
    yield _row(first, *rest)
    yield "|---|" + ":-:|" * len(rest)


def _mark(may: bool) -> str:
    return "yes" if may else "-"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"

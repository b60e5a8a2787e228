"""The tables of the reference (docs/protocol-reference.md), made from the shapes that read a file.

``python -m hristudio_core.protocol tables FILE`` puts them into a document, between the comments
``<!-- table: NAME -->`` and ``<!-- end -->``; a test compares.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hristudio_core.document import MAX_BYTES, MAX_DEPTH, MAX_NODES
from hristudio_core.expressions import FUNCTIONS
from hristudio_core.protocol.actions import MODIFIERS, SKILL_MODIFIERS, VERBS
from hristudio_core.protocol.actions._options import ANSWERS
from hristudio_core.protocol.actions.branch import CASE, ELSE
from hristudio_core.protocol.actions.choose import OPTION
from hristudio_core.protocol.actions.prompt import REACTION
from hristudio_core.protocol.actions.skill import RESERVED
from hristudio_core.protocol.sections import PROTOCOL
from hristudio_core.protocol.sections.conditions import CONDITIONS
from hristudio_core.protocol.sections.interventions import ARGUMENT, INTERVENTION
from hristudio_core.protocol.sections.parameters import PARAMETERS
from hristudio_core.protocol.sections.policy import POLICY
from hristudio_core.protocol.sections.steps import MAX_STEPS, STEP, WAY
from hristudio_core.protocol.shapes import Fields, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hristudio_core.protocol.shapes import Field

_TABLE = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(document: str) -> str:
    """Return the document with every table as it is now.

    Raises:
        KeyError: the document asks for a table that does not exist.
    """
    known = tables()
    return _TABLE.sub(lambda match: f"{match[1]}{known[match[2]]}{match[3]}", document)


def tables() -> dict[str, str]:
    """Return all tables by name, as Markdown."""
    fields: dict[str, Iterable[Field]] = {
        "protocol": PROTOCOL.fields.values(),
        "parameter": _fields(PARAMETERS.value),
        "condition": _fields(CONDITIONS.value),
        "policy": POLICY.fields.values(),
        "step": STEP.fields.values(),
        "next": WAY.fields.values(),
        "intervention": INTERVENTION.fields.values(),
        "argument": ARGUMENT.fields.values(),
        "option": _fields(ANSWERS.item),
        "reaction": REACTION.fields.values(),
        "case": (*CASE.fields.values(), *ELSE.fields.values()),
        "weighted": OPTION.fields.values(),
        **{name: verb.body.fields.fields.values() for name, verb in VERBS.items() if verb.body.fields},
    }
    return {
        "verbs": _verbs(),
        "modifiers": _modifiers(),
        "reserved": _table(("word", "instead"), ((f"`{word}`", hint) for word, hint in RESERVED.items())),
        "functions": _functions(),
        "limits": _limits(),
        **{name: _field_table(one) for name, one in fields.items()},
    }


def _fields(shape: object) -> Iterable[Field]:
    assert isinstance(shape, (Fields, Record))  # noqa: S101  ours
    return shape.fields.values()


def _field_table(fields: Iterable[Field]) -> str:
    rows = ((f"**`{f.name}`**" if f.required else f"`{f.name}`", f.shape.words, f.doc) for f in fields)
    return _table(("field", "takes", "meaning"), rows)


def _verbs() -> str:
    rows = [
        (f"`{verb.name}`", verb.doc, ", ".join(f"`{name}`" for name in sorted(verb.modifiers | {"id"})))
        for verb in VERBS.values()
    ]
    beside = ", ".join(f"`{name}`" for name in sorted(SKILL_MODIFIERS | {"id"}))
    rows.append(
        ("any other word", "The skill of that name: the robot does it; done when the robot says so.", beside)
    )
    return _table(("word", "what it does", "may stand beside it"), rows)


def _modifiers() -> str:
    return _table(
        ("field", "takes", "meaning"),
        ((f"`{name}`", field.shape.words, field.doc) for name, field in MODIFIERS.items()),
    )


def _functions() -> str:
    return _table(("function", "gives"), ((f"`{one.usage}`", one.meaning) for one in FUNCTIONS.values()))


def _limits() -> str:
    rows = (
        ("size of a file", f"{MAX_BYTES // 1_000_000} MB"),
        ("keys, values and list entries of a file, aliases counted each time", f"{MAX_NODES:,}"),
        ("levels of nesting", str(MAX_DEPTH)),
        ("steps", f"{MAX_STEPS:,}"),
    )
    return _table(("what", "at most"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)

"""The word ``wait``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.document import Scalar
from hristudio_core.protocol.actions._verb import Body, Verb
from hristudio_core.protocol.model import TopicCondition, Wait
from hristudio_core.protocol.reader import Role
from hristudio_core.protocol.shapes import (
    Condition,
    Duration,
    Field,
    Fields,
    FilledText,
    Hotkey,
    Id,
    Named,
    Number,
    Plain,
    RoleName,
)

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.model import Action
    from hristudio_core.protocol.reader import Reader
    from hristudio_core.protocol.shapes import Draft

COMPARISONS = {
    "is": "==",
    "is_not": "!=",
    "above": ">",
    "at_least": ">=",
    "below": "<",
    "at_most": "<=",
    "contains": "contains",
}
_KINDS = ("seconds", "until", "topic", "mark")
_BELONGS = {
    "topic": ("type", "field", *COMPARISONS),
    "mark": ("label", "hotkey", "role"),
}


class _Topic(Named):
    """The profile's name of a topic, or a ROS topic."""

    def accept(self, node: Scalar, reader: Reader, path: str) -> str:
        reader.mention(Role.TOPIC, node.text, node, path)
        return node.text


class _Seconds(Duration):
    """A duration, or a placeholder that gives seconds."""

    _filled = FilledText("a duration")

    def read(self, node: Node, reader: Reader, path: str) -> Any:
        if isinstance(node, Scalar) and "{{" in node.text:
            return self._filled.read(node, reader, path)
        return super().read(node, reader, path)

    def schema(self) -> dict[str, Any]:
        schema = super().schema()
        schema["anyOf"].append({"type": "string", "pattern": r"\{\{"})
        return schema


def _check(draft: Draft, reader: Reader) -> None:
    """Each field belongs to one kind of wait."""
    for kind, names in _BELONGS.items():
        for name in names:
            if name in draft.nodes and kind not in draft.nodes:
                message = f"'{name}' has no meaning without '{kind}'"
                reader.problem(draft.nodes[name], message, path=f"{draft.path}.{name}")
    compared = [name for name in COMPARISONS if name in draft.nodes]
    for name in compared[1:]:
        message = f"'{compared[0]}' and '{name}' exclude each other in wait"
        reader.problem(draft.nodes[name], message, path=f"{draft.path}.{name}", hint="a wait compares once")


def _build(*, topic: str = "", type: str = "", field: str = "data", **fields: Any) -> Action:  # noqa: A002
    condition = TopicCondition(topic, type, field) if topic else None
    for name, op in COMPARISONS.items():
        if name in fields:
            value = fields.pop(name)
            condition = TopicCondition(topic, type, field, op, value)
    return Wait(topic=condition, **fields)


_BOUND = Number(blank=0.0)

VERB = Verb(
    name="wait",
    doc="Wait for a time, an expression, a topic of the robot, or the operator's mark.",
    model=_build,
    body=Body(
        Fields(
            "wait",
            Field("seconds", _Seconds(may_be_zero=True), "How long, in seconds; a placeholder is allowed."),
            Field("until", Condition(), "Expression that must become true."),
            Field(
                "topic",
                _Topic(
                    "a name of a topic",
                    r"[A-Za-z_/~][A-Za-z0-9_/.~-]*",
                    "the profile's name of it, or a ROS topic",
                ),
                "What the robot tells: a name of the robot profile, or a ROS topic.",
            ),
            Field(
                "type",
                Named(
                    "a type of a topic",
                    r"[A-Za-z][A-Za-z0-9_]*/msg/[A-Za-z][A-Za-z0-9_]*",
                    "such as std_msgs/msg/Bool",
                ),
                "ROS type of the topic, unless the profile names it.",
            ),
            Field(
                "field",
                Named("a field of a message", r"[A-Za-z_][A-Za-z0-9_.]*", "names with '.' between them"),
                "Field of the message; `data` when left out.",
            ),
            Field("is", Plain(simple=True), "It must equal this; `true` when nothing is compared."),
            Field("is_not", Plain(simple=True), "It must differ from this."),
            Field("above", _BOUND, "It must be greater."),
            Field("at_least", _BOUND, "It must be greater or equal."),
            Field("below", _BOUND, "It must be less."),
            Field("at_most", _BOUND, "It must be less or equal."),
            Field(
                "contains", Plain(simple=True), "It must be a text with this in it, or a list with this item."
            ),
            Field("mark", Id(), "Name of what the operator marks."),
            Field(
                "label", FilledText(), "What the operator reads on the button; the mark's name when left out."
            ),
            Field("hotkey", Hotkey(), "Key that marks it."),
            Field("role", RoleName(), "Who marks it; `wizard` when left out."),
            rule=_check,
            one_of=_KINDS,
        ),
        short=_Seconds(may_be_zero=True),
        into="seconds",
    ),
    modifiers=frozenset({"timeout", "on_failure"}),
)

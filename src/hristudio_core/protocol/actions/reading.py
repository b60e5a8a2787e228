"""Read a list of actions: which verb is meant, what is beside it, and what has to go elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.document import Entry, Mapping, Scalar, Sequence
from hristudio_core.protocol.actions._verb import MODIFIERS, Verb
from hristudio_core.protocol.actions.registry import VERBS
from hristudio_core.protocol.actions.skill import SKILL_NAME, skill_verb

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.model import Action
    from hristudio_core.protocol.reader import Reader
    from hristudio_core.protocol.shapes import Draft

_ALWAYS = frozenset({"id"})


def read_actions(node: Node, reader: Reader, path: str) -> tuple[Action, ...]:
    """Return the actions of a list, as far as they can be read, with ids that differ."""
    assert isinstance(node, Sequence)  # noqa: S101  the shape has looked
    actions: list[Action] = []
    first: dict[str, Node] = {}
    for i, item in enumerate(node.items):
        action = _read_action(item, reader, f"{path}[{i}]", i)
        if action is None:
            continue
        actions.append(action)
        named = reader.place(action).fields.get("id")
        if named is not None and first.setdefault(action.id, named) is not named:
            hint = f"it is already on line {first[action.id].line}"
            reader.problem(named, f"duplicate id '{action.id}'", path=f"{path}[{i}].id", hint=hint)
    return tuple(actions)


def _read_action(node: Node, reader: Reader, path: str, position: int) -> Action | None:
    if not isinstance(node, Mapping):
        hint = "write '- say: {text: \"Hello\"}'"
        if isinstance(node, Scalar) and node.text in VERBS:
            hint = f"write '- {node.text}: ...'"
        reader.problem(node, "expected an action, a mapping with a verb", path=path, hint=hint)
        return None
    name = _verb_of(node, reader, path)
    if not name:
        return None
    entry = node.entries[name]
    verb = VERBS.get(name)
    if verb is None:
        if not SKILL_NAME.read(entry.key, reader, f"{path}.{name}"):
            return None
        verb = skill_verb(name)
    draft = verb.body.draft(_body(entry, verb, reader, path), reader, f"{path}.{name}")
    draft.nodes["skill"] = entry.key
    draft.values["id"] = str(position)
    for key, beside in node.entries.items():
        if key != name:
            _read_modifier(key, beside, verb, draft, reader)
    if not draft.values["id"]:
        draft.values["id"] = str(position)
    action = verb.model(**draft.values)
    reader.put(action, node, path, draft.nodes)
    return action


def _verb_of(node: Mapping, reader: Reader, path: str) -> str:
    """Find the one key that is the verb: a word of the language, else what is no modifier."""
    others = [name for name in node.entries if name not in MODIFIERS]
    if not others:
        reader.problem(
            node, "the action has no verb", path=path, hint="add what shall be done, such as 'say:'"
        )
        return ""
    words = [name for name in others if name in VERBS]
    verb = words[0] if words else others[0]
    for name in others:
        if name != verb:
            _refuse_other(name, verb, node, reader, path)
    return verb


def _refuse_other(name: str, verb: str, node: Mapping, reader: Reader, path: str) -> None:
    """Tell what to do about a key that is neither the verb nor a modifier."""
    entry = node.entries[name]
    fields = VERBS[verb].body.fields if verb in VERBS else None
    message = f"unknown field '{name}' beside '{verb}'"
    if fields and name in fields.fields:
        hint = f"it belongs to '{verb}': indent it below"
    else:
        hint = reader.guess(name, MODIFIERS)
    if name in VERBS or (not hint and isinstance(entry.value, Mapping)):
        # Most likely a second action; the one that comes later lacks its dash.
        first, second = sorted((verb, name), key=list(node.entries).index)
        entry, message = node.entries[second], f"'{first}' and '{second}' in one action"
        hint = "begin each action with '- ' of its own"
    reader.problem(entry.key, message, path=f"{path}.{name}", hint=hint)


def _read_modifier(name: str, entry: Entry, verb: Verb, draft: Draft, reader: Reader) -> None:
    field = MODIFIERS.get(name)
    if field is None:
        return  # told already, when the verb was found
    path = f"{draft.path.rpartition('.')[0]}.{name}"
    if name not in verb.modifiers | _ALWAYS:
        allowed = ", ".join(sorted(verb.modifiers | _ALWAYS))
        reader.problem(
            entry.key, f"'{name}' is not possible with '{verb.name}'", path=path, hint=f"possible: {allowed}"
        )
        return
    draft.nodes[field.target] = entry.value
    draft.values[field.target] = field.shape.read(entry.value, reader, path)


def _body(entry: Entry, verb: Verb, reader: Reader, path: str) -> Node:
    """Return the verb's value without modifiers that slipped into it, telling about them."""
    node, fields = entry.value, verb.body.fields
    if fields is None or not isinstance(node, Mapping):
        return node
    slipped = [name for name in node.entries if name in verb.modifiers and name not in fields.fields]
    for name in slipped:
        hint = f"write it beside '{verb.name}', not below it"
        reader.problem(
            node.entries[name].key, f"'{name}' in '{verb.name}'", path=f"{path}.{verb.name}.{name}", hint=hint
        )
    if not slipped:
        return node
    rest = {name: one for name, one in node.entries.items() if name not in slipped}
    return Mapping(node.line, node.column, rest)

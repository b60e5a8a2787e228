"""Conditions give values to parameters that exist, and say who plays each part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.document import Mapping
from hristudio_core.protocol.sections import misfit

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.model import Condition, Protocol
    from hristudio_core.protocol.reader import Reader


def check_conditions(protocol: Protocol, reader: Reader) -> None:
    """Tell about parameters that do not exist or do not fit, and about gaps in the component matrix."""
    components = list(dict.fromkeys(name for one in protocol.conditions.values() for name in one.components))
    for name, condition in protocol.conditions.items():
        path = f"conditions.{name}"
        _check_parameters(condition, path, protocol, reader)
        missing = [component for component in components if component not in condition.components]
        if missing:
            message = f"condition '{name}' does not say who plays '{missing[0]}'"
            node = reader.at(condition, "components")
            hint = "every condition should name the same components"
            reader.problem(node, message, path=f"{path}.components", hint=hint, warning=True)


def _check_parameters(condition: Condition, path: str, protocol: Protocol, reader: Reader) -> None:
    given = reader.at(condition, "parameters")
    for name, value in condition.parameters.items():
        parameter = protocol.parameters.get(name)
        inner = f"{path}.parameters.{name}"
        if parameter is None:
            hint = reader.guess(name, protocol.parameters) or "declare it under 'parameters'"
            reader.problem(key_of(given, name), f"unknown parameter '{name}'", path=inner, hint=hint)
        elif problem := misfit(parameter, value):
            message = f"the value of '{name}' does not fit: {problem}"
            reader.problem(value_of(given, name), message, path=inner)


def key_of(node: Node, name: str) -> Node:
    """Return the key of a mapping's entry, or the node itself when it has none."""
    return node.entries[name].key if isinstance(node, Mapping) and name in node.entries else node


def value_of(node: Node, name: str) -> Node:
    """Return the value of a mapping's entry, or the node itself when it has none."""
    return node.entries[name].value if isinstance(node, Mapping) and name in node.entries else node

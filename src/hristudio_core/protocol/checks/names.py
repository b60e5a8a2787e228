"""Every name that is mentioned must be declared: steps, variables, roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.model import END
from hristudio_core.protocol.reader import Role

if TYPE_CHECKING:
    from hristudio_core.protocol.model import Protocol
    from hristudio_core.protocol.reader import Mention, Reader


def check_names(protocol: Protocol, reader: Reader) -> None:
    """Tell about names that nobody declared; works on a protocol with other problems, too."""
    steps = {step.id for step in protocol.steps}
    values = {**protocol.parameters, **protocol.variables}
    roles = set(protocol.roles)
    for mention in reader.mentions:
        if mention.role is Role.STEP and mention.name != END and mention.name not in steps:
            hint = reader.guess(mention.name, [*sorted(steps), END])
            _tell(mention, reader, f"unknown step '{mention.name}'", hint)
        elif mention.role is Role.SEAT and mention.name not in roles:
            hint = reader.guess(mention.name, protocol.roles) or "declare it under 'roles'"
            _tell(mention, reader, f"unknown role '{mention.name}'", hint)
        elif mention.role is Role.VARIABLE and mention.name not in values:
            hint = reader.guess(mention.name, values) or "declare it under 'variables' or 'parameters'"
            _tell(mention, reader, f"unknown variable '{mention.name}'", hint)
        elif (
            mention.role is Role.VARIABLE and _is_first_value(mention) and mention.name in protocol.variables
        ):
            _tell(mention, reader, "a first value can only use parameters", "set it in the first step")
        elif mention.role is Role.ASSIGNED:
            _check_assigned(mention, protocol, reader)
    _check_declarations(protocol, reader)


def _is_first_value(mention: Mention) -> bool:
    return mention.path.startswith("variables.")


def _check_assigned(mention: Mention, protocol: Protocol, reader: Reader) -> None:
    if mention.name in protocol.parameters:
        message = f"'{mention.name}' is a parameter and keeps its value"
        _tell(mention, reader, message, "declare a variable for what changes")
    elif mention.name not in protocol.variables:
        hint = (
            reader.guess(mention.name, protocol.variables)
            or f"declare '{mention.name}: null' under 'variables'"
        )
        _tell(mention, reader, f"unknown variable '{mention.name}'", hint)


def _check_declarations(protocol: Protocol, reader: Reader) -> None:
    for name in protocol.variables:
        if name in protocol.parameters:
            node = reader.at(protocol, "variables")
            reader.problem(node, f"'{name}' is both a parameter and a variable", path=f"variables.{name}")


def _tell(mention: Mention, reader: Reader, message: str, hint: str) -> None:
    reader.problem(mention.node, message, path=mention.path, hint=hint, offset=mention.offset)

"""What is declared should be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.checks.conditions import key_of
from hristudio_core.protocol.reader import Role

if TYPE_CHECKING:
    from hristudio_core.protocol.model import Protocol
    from hristudio_core.protocol.reader import Reader


def check_usage(protocol: Protocol, reader: Reader) -> None:
    """Warn of parameters, variables and roles that nothing uses."""
    used = {mention.name for mention in reader.mentions if mention.role in (Role.VARIABLE, Role.ASSIGNED)}
    asked = {mention.name for mention in reader.mentions if mention.role is Role.SEAT} | {"wizard"}
    for section, noun, names, known in (
        ("parameters", "parameter", list(protocol.parameters), used),
        ("variables", "variable", list(protocol.variables), used),
    ):
        node = reader.at(protocol, section)
        for name in names:
            if name not in known:
                reader.problem(
                    key_of(node, name),
                    f"{noun} '{name}' is never used",
                    path=f"{section}.{name}",
                    warning=True,
                )
    for i, name in enumerate(protocol.roles):
        if name not in asked:
            node = reader.at(protocol, "roles")
            reader.problem(node, f"role '{name}' is never asked", path=f"roles[{i}]", warning=True)

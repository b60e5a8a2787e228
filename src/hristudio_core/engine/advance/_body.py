"""Running the actions of a body one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.facts import ActionEnded, ActionStarted

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation


def start(draft: Draft, parent: Activation, path: str) -> None:
    """Start a node within an activation."""
    node = draft.program.nodes[path]
    turn = f"@{parent.turn}" if parent.turn else ""
    draft.emit(
        ActionStarted(
            path=f"{parent.path}{turn}/{node.segment}", action=node.kind, node=path, parent=parent.path
        )
    )


def start_next(draft: Draft, activation: Activation, node: Node) -> bool:
    """Start the next action of the body; return False when there is none left."""
    if activation.body < 0:
        return False
    nodes = node.bodies[activation.body].nodes
    if activation.cursor >= len(nodes):
        return False
    start(draft, activation, nodes[activation.cursor])
    return True


def prompt_id(activation: Activation) -> str:
    """Return the id of an activation's next prompt: its own, or when it asks anew one that is new."""
    return f"{activation.path}~{activation.opened + 1}" if activation.opened else activation.path


def end(draft: Draft, activation: Activation, outcome: str = "done", reason: str = "") -> None:
    """End an activation that has nothing left within it."""
    draft.emit(ActionEnded(path=activation.path, outcome=outcome, reason=reason))

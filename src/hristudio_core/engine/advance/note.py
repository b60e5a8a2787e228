"""What is done at once: variables and marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.engine.advance._body import end
from hristudio_core.engine.advance.failing import broken
from hristudio_core.engine.facts import Marked, VariableSet
from hristudio_core.expressions import ExpressionError

if TYPE_CHECKING:
    from hristudio_core.engine.draft import Draft
    from hristudio_core.engine.program import Node
    from hristudio_core.engine.state import Activation
    from hristudio_core.protocol.model import Mark, Set


def set_variables(draft: Draft, activation: Activation, node: Node, model: Set) -> bool:
    """Set variables in their order; a later one may use an earlier one."""
    for name in model.values:
        try:
            value = node.templates[name].render(draft.state.variables)
        except ExpressionError as error:
            broken(draft, activation, node, f"{name}: {error}")
            return True
        draft.emit(VariableSet(path=activation.path, name=name, value=value))
    end(draft, activation)
    return True


def mark(draft: Draft, activation: Activation, node: Node, _model: Mark) -> bool:
    """Put a named point in time into the record."""
    try:
        label = str(node.templates["label"].render(draft.state.variables))
        data = node.templates["data"].render(draft.state.variables)
    except ExpressionError as error:
        broken(draft, activation, node, str(error))
        return True
    draft.emit(Marked(path=activation.path, label=label, data=data))
    end(draft, activation)
    return True

"""Every operation by its name."""

from hristudio_bridge.ops import action_servers, actions, auth, messages, services, topics
from hristudio_bridge.ops.operation import Operation


def operations() -> dict[str, Operation]:
    """Collect the operations of all families."""
    families = (topics, services, actions, action_servers, auth, messages)
    return {operation.name: operation for family in families for operation in family.OPERATIONS}

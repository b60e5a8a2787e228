"""The operations of the protocol: one file a family."""

from hristudio_bridge.ops.operation import Model, Operation, as_id

__all__ = ["Model", "Operation", "as_id"]

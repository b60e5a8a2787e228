"""The operations of the protocol: one file a family."""

from hristudio_bridge.ops.operation import Model, Operation

__all__ = ["Model", "Operation"]

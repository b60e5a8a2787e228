"""Services and actions that clients offer to ROS."""

from hristudio_bridge.provide.action import ProvidedAction
from hristudio_bridge.provide.service import ProvidedService

__all__ = ["ProvidedAction", "ProvidedService"]

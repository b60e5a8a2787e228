"""The services of rosapi, answered within the bridge."""

from hristudio_bridge.rosapi.book import Builtins
from hristudio_bridge.rosapi.builtin import Builtin

__all__ = ["Builtin", "Builtins"]

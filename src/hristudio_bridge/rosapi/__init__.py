"""The services of rosapi, answered within the bridge."""

from hristudio_bridge.rosapi.book import Builtins
from hristudio_bridge.rosapi.builtin import Builtin
from hristudio_bridge.rosapi.inquiry import Inquiry

__all__ = ["Builtin", "Builtins", "Inquiry"]

from hristudio_web.gateway.memory import MemoryGateway
from hristudio_web.gateway.port import Gateway, GoalResult, Link, Listener, Message
from hristudio_web.gateway.rosbridge import RosbridgeGateway
from hristudio_web.gateway.token import minter

__all__ = [
    "Gateway",
    "GoalResult",
    "Link",
    "Listener",
    "MemoryGateway",
    "Message",
    "RosbridgeGateway",
    "minter",
]

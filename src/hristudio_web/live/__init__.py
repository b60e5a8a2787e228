from hristudio_web.live.belonging import Belonging
from hristudio_web.live.callers import Callers
from hristudio_web.live.commands import COMMANDS, EVENTS, Command
from hristudio_web.live.relay import Relay
from hristudio_web.live.samples import numbers, picture
from hristudio_web.live.sockets import Sockets, frame_sender
from hristudio_web.live.streams import Streams

__all__ = [
    "COMMANDS",
    "EVENTS",
    "Belonging",
    "Callers",
    "Command",
    "Relay",
    "Sockets",
    "Streams",
    "frame_sender",
    "numbers",
    "picture",
]

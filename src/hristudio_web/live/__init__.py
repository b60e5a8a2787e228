from hristudio_web.live.callers import Callers
from hristudio_web.live.cameras import Cameras
from hristudio_web.live.commands import COMMANDS, Command
from hristudio_web.live.relay import Relay
from hristudio_web.live.sockets import Sockets, frame_sender

__all__ = ["COMMANDS", "Callers", "Cameras", "Command", "Relay", "Sockets", "frame_sender"]

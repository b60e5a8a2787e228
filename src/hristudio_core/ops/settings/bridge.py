"""The bridge between ROS and websockets."""

from dataclasses import dataclass
from pathlib import Path

from hristudio_core.ops.settings._values import PATH, PORT, TEXT
from hristudio_core.ops.settings._variable import variable


@dataclass(frozen=True)
class BridgeSettings:
    """Bridge: the rosbridge websocket server on the robot host."""

    host: str = variable("HRISTUDIO_BRIDGE_HOST", "127.0.0.1", TEXT, "Address the bridge listens on")
    port: int = variable("HRISTUDIO_BRIDGE_PORT", 9090, PORT, "Port of the bridge; 0: any free one")
    key_path: Path | None = variable(
        "HRISTUDIO_BRIDGE_KEY_PATH",
        None,
        PATH,
        "File of the key that signs tickets for the bridge; the same on robot host and web server",
        shown_default="`secrets/bridge.key` of the data folder",
    )

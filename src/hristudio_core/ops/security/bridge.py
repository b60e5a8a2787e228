"""What the bridge lets a stranger do."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.security.probe import TIMEOUT_S, is_loopback

ASKED = {"op": "call_service", "id": "doctor", "service": "/rosapi/topics", "args": {}}
FRAMES = 20


def bridge(url: str) -> Iterator[Finding]:
    """Check a bridge by its address: ws:// or wss://."""
    parts = urlsplit(url)
    local = is_loopback(parts.hostname or "")
    try:
        served = _serves_strangers(url)
    except (OSError, WebSocketException) as error:
        yield Finding(
            "bridge", Verdict.OK, f"{url} cannot be reached from here: {error or type(error).__name__}"
        )
        return
    if served:
        remedy = "set the parameter auth of the bridge to token (config/hristudio.yaml)"
        found = f"{url} has strangers drive the robot: auth is none"
        yield Finding("bridge", Verdict.WARNING if local else Verdict.PROBLEM, found, remedy)
    else:
        yield Finding("bridge", Verdict.OK, f"{url} asks for a token")
    if parts.scheme == "ws" and not local:
        remedy = "ssl, certfile and keyfile of the bridge, or a proxy with TLS in front, and wss://"
        yield Finding("bridge TLS", Verdict.PROBLEM, "commands go over the network in the open", remedy)


def _serves_strangers(url: str) -> bool:
    """Ask for something without a token, and tell whether it is given."""
    with connect(url, open_timeout=TIMEOUT_S, close_timeout=1.0, proxy=None) as socket:
        socket.send(json.dumps(ASKED))
        for _ in range(FRAMES):
            try:
                frame = json.loads(socket.recv(TIMEOUT_S))
            except TimeoutError:
                return False
            if frame.get("op") == "service_response":
                return bool(frame.get("result"))
            if frame.get("op") == "status" and frame.get("level") == "error":
                return False
    return False

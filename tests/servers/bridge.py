"""The bridge as a process of its own, and a plain websocket client of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import cbor2
import jwt
from typing_extensions import Self
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.servers import waiting
from tests.servers.processes import die_with_parent
from tests.servers.waiting import START_S

KEY = b"k" * 64
# how long an answer may take; less saves time against a server that is known not to give some
WAIT_S = float(os.environ.get("HRISTUDIO_TEST_PATIENCE", str(waiting.WAIT_S)))


def token(role: str, *, seconds: float = 3600.0, key: bytes = KEY, **claims: Any) -> str:
    """Sign a token as the web process does."""
    return jwt.encode(
        {"sub": "tester", "role": role, "exp": time.time() + seconds, **claims}, key, algorithm="HS256"
    )


class BridgeProcess:
    """Runs the bridge on a free port; `auth` is none unless parameters say otherwise."""

    def __init__(self, folder: Path, **parameters: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.key_file = folder / "bridge.key"
        self.key_file.write_bytes(KEY)
        self.key_file.chmod(0o600)
        self._port_file = folder / "port"
        self.log = folder / "log"
        namespace = parameters.pop("namespace", "/")
        name = parameters.pop("name", "bridge")
        values = {
            "port": 0,
            "port_file": str(self._port_file),
            "auth": "none",
            "auth_key_file": str(self.key_file),
            **parameters,
        }
        arguments = [
            item for name, value in values.items() for item in ("-p", f"{name}:={json.dumps(value)}")
        ]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "hristudio_bridge.node", "--ros-args"),
                    *("-r", f"__ns:={namespace}", "-r", f"__node:={name}", *arguments),
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
                env={**os.environ, "HRISTUDIO_DATA": str(folder)},
            )

    def ready(self) -> "BridgeProcess":
        """Wait until it listens."""
        wait_for(
            lambda: self._port_file.exists() or self.process.poll() is not None, "the bridge listens", START_S
        )
        assert self.process.poll() is None, self.log.read_text()
        self.port = int(self._port_file.read_text())
        self.url = f"ws://127.0.0.1:{self.port}"
        return self

    def stop(self) -> int:
        """Stop it as a supervisor does and give its exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(WAIT_S)


def wait_for(condition: Callable[[], Any], what: str, timeout: float = WAIT_S) -> Any:
    """Wait until something is so."""
    deadline = time.monotonic() + timeout
    while not (result := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {timeout} s: {what}")
        time.sleep(0.005)
    return result


class Client:
    """A websocket client that knows nothing but JSON and CBOR."""

    def __init__(self, url: str, **options: Any) -> None:
        self._held = ExitStack()
        # without max_queue it reads whatever comes, so that a close is never stuck behind it
        connection = connect(url, **{"max_size": None, "compression": None, "max_queue": None, **options})
        self.socket: ClientConnection = self._held.enter_context(connection)
        self.seen: list[dict[str, Any]] = []

    def send(self, op: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"op": op, **fields}))

    def raw(self, frame: str | bytes) -> None:
        self.socket.send(frame)

    def next(self, timeout: float = WAIT_S) -> dict[str, Any]:
        frame = self.socket.recv(timeout)
        message = cbor2.loads(frame) if isinstance(frame, bytes) else json.loads(frame)
        self.seen.append(message)
        return message

    def until(self, op: str, timeout: float = WAIT_S, **fields: Any) -> dict[str, Any]:
        """Read on until a message of this operation with these fields comes."""
        deadline = time.monotonic() + timeout
        while True:
            left = deadline - time.monotonic()
            try:
                message = self.next(max(left, 0.001))
            except TimeoutError:
                raise AssertionError(f"no {op} {fields}; seen: {self.seen[-10:]}") from None
            if message["op"] == op and all(message.get(name) == value for name, value in fields.items()):
                return message

    def quiet(self, seconds: float) -> list[dict[str, Any]]:
        """Give what comes within some time."""
        deadline, messages = time.monotonic() + seconds, []
        while (left := deadline - time.monotonic()) > 0:
            try:
                messages.append(self.next(left))
            except TimeoutError:
                break
        return messages

    def subscribers(self, topic: str) -> list[str]:
        """Give the nodes that subscribe to a topic, as the bridge sees them."""
        names: list[str] = self.call("/rosapi/subscribers", {"topic": topic})["values"]["subscribers"]
        return names

    def call(self, service: str, args: Any = None, timeout: float = WAIT_S, **fields: Any) -> dict[str, Any]:
        """Call a service and give its response message."""
        key = f"call-{len(self.seen)}-{time.monotonic_ns()}"
        self.send("call_service", service=service, args=args if args is not None else {}, id=key, **fields)
        return self.until("service_response", timeout, id=key)

    def sync(self) -> None:
        """Return once the bridge has handled everything sent so far."""
        self.call("/rosapi/get_time")

    def closed(self, timeout: float = WAIT_S) -> tuple[int, str]:
        """Wait until the bridge closes the connection; give code and reason."""
        while True:
            try:
                self.next(timeout)
            except ConnectionClosed as end:
                return (end.rcvd.code, end.rcvd.reason) if end.rcvd else (1006, "")

    def close(self) -> None:
        self._held.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

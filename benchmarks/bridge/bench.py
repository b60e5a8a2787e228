"""The bench: a bridge process, and in this process both a ROS node and websocket clients.

Both ends handle raw bytes, so that what is measured is the bridge. The clock is one, as both ends are here.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import rclpy
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from rclpy.signals import SignalHandlerOptions
from typing_extensions import Self

from hristudio_bridge.graph_ros import RosCensus, RosGraph
from hristudio_bridge.interfaces import Interfaces

DOMAINS = range(1, 101)
RESERVATION_PORT = 22_000
MAX_FRAME = 64 * 1024 * 1024


def reserve_domain() -> socket.socket:
    """Take a ROS domain that no test or benchmark on this machine uses."""
    for domain in DOMAINS:
        reservation = socket.socket()
        try:
            reservation.bind(("127.0.0.1", RESERVATION_PORT + domain))
        except OSError:
            reservation.close()
            continue
        os.environ["ROS_DOMAIN_ID"] = str(domain)
        os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
        return reservation
    raise RuntimeError("no free ROS domain")


class WebClient(WSListener):
    """A websocket client that hands frames to a function."""

    def __init__(self) -> None:
        super().__init__()
        self.on_frame: Callable[[bytes], None] = lambda _: None
        self.transport: WSTransport

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002 - picows calls it so
        if frame.msg_type in (WSMsgType.TEXT, WSMsgType.BINARY):
            self.on_frame(frame.get_payload_as_bytes())

    def send(self, op: str, **fields: Any) -> None:
        self.raw(json.dumps({"op": op, **fields}).encode())

    def raw(self, frame: bytes) -> None:
        self.transport.send(WSMsgType.TEXT, frame)

    def expect(self, part: bytes) -> "asyncio.Future[bytes]":
        """Give the next frame that holds some bytes."""
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

        def look(frame: bytes) -> None:
            if part in frame and not future.done():
                future.set_result(frame)

        self.on_frame = look
        return future

    async def sync(self) -> None:
        """Wait until the bridge has handled what was sent."""
        done = self.expect(b"service_response")
        self.send("call_service", service="/rosapi/get_time")
        await asyncio.wait_for(done, 10)

    def close(self) -> None:
        self.transport.disconnect()


class Bench:
    """Starts everything and ends it."""

    async def __aenter__(self) -> Self:
        self._reservation = reserve_domain()
        self._folder = tempfile.TemporaryDirectory()
        port_file = Path(self._folder.name) / "port"
        self._log = (Path(self._folder.name) / "log").open("wb")
        self.process = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs yet
            [sys.executable, "-m", "hristudio_bridge.node", "--ros-args", "-p", "port:=0", "-p", "auth:=none",
             "-p", f"port_file:={port_file}"],
            stdout=self._log, stderr=self._log,
        )  # fmt: skip
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self._node = rclpy.create_node("bench")
        self.graph = RosGraph(self._node, asyncio.get_running_loop())
        self.census = RosCensus(self._node)
        self.interfaces = Interfaces()
        self.graph.start()
        self._clients: list[WebClient] = []
        while not port_file.exists():
            await asyncio.sleep(0.02)
            assert self.process.poll() is None
        self.url = f"ws://127.0.0.1:{port_file.read_text().strip()}/"
        self._usage = psutil.Process(self.process.pid)
        await self._discovery()
        return self

    async def _discovery(self) -> None:
        """Wait until the two processes know each other."""
        client = await self.client()
        nodes = b""
        while b'"/bench"' not in nodes or "/bridge" not in self.census.nodes():
            answer = client.expect(b"service_response")
            client.send("call_service", service="/rosapi/nodes")
            nodes = await asyncio.wait_for(answer, 10)
        self.clear()

    async def __aexit__(self, *_: object) -> None:
        self.clear()
        self.graph.stop()
        self._node.destroy_node()
        rclpy.try_shutdown()
        self.process.terminate()
        self.process.wait(10)
        self._log.close()
        self._folder.cleanup()
        self._reservation.close()

    async def client(self) -> WebClient:
        _, listener = await ws_connect(WebClient, self.url, max_frame_size=MAX_FRAME)
        assert isinstance(listener, WebClient)
        self._clients.append(listener)
        return listener

    def clear(self) -> None:
        """Disconnect every client."""
        for client in self._clients:
            client.close()
        self._clients.clear()

    def memory_mb(self) -> float:
        return float(self._usage.memory_info().rss) / 1e6

    def processor_s(self) -> float:
        times = self._usage.cpu_times()
        return float(times.user + times.system)

    async def until(self, condition: Callable[[], Any], timeout: float = 10.0) -> bool:
        """Wait until something is so; tell whether it came to be."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.002)
        return True

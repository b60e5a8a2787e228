"""The bench: a bridge process, and in this process both a ROS node and websocket clients.

Both ends handle raw bytes, so that what is measured is the bridge. The clock is one, as both ends are here.
"""

import asyncio
import json
import os
import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rclpy
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect
from rclpy.signals import SignalHandlerOptions
from typing_extensions import Self

from benchmarks.bridge.subject import Running, Subject
from hristudio_bridge.graph_ros import RosCensus, RosGraph
from hristudio_bridge.interfaces import Interfaces
from hristudio_bridge.process import keep_large_blocks

DOMAINS = range(1, 101)
RESERVATION_PORT = 22_000
MAX_FRAME = 64 * 1024 * 1024
SYNC = "/bench/sync"
START_S = 30.0


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


def result_of(frame: bytes) -> bool:
    """Tell whether a response says that it went well."""
    return bool(json.loads(frame)["result"])


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
        """Wait until the server has handled what was sent."""
        done = self.expect(b"service_response")
        self.send("call_service", service=SYNC, type="std_srvs/srv/Empty")
        await asyncio.wait_for(done, 10)

    def close(self) -> None:
        self.transport.disconnect()


class Bench:
    """Starts everything and ends it."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    async def __aenter__(self) -> Self:
        # the measure is the server, not what a harness pays for fresh memory
        keep_large_blocks()
        self._reservation = reserve_domain()
        self._folder = tempfile.TemporaryDirectory()
        self.server = Running(self.subject, Path(self._folder.name) / "log")
        rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
        self._node = rclpy.create_node("bench")
        self.graph = RosGraph(self._node, asyncio.get_running_loop())
        self.census = RosCensus(self._node)
        self.interfaces = Interfaces()
        empty = self.interfaces.service("std_srvs/Empty")
        answer = empty.response.write({}, self.graph.now)
        self.graph.serve(SYNC, empty.interface, lambda _, respond: respond(answer))
        self.graph.start()
        self._clients: list[WebClient] = []
        self.url = f"ws://127.0.0.1:{self.server.port}/"
        await self._discovery()
        return self

    async def _discovery(self) -> None:
        """Wait until the two processes know each other."""
        deadline = time.monotonic() + START_S
        while True:
            try:
                client = await self.client()
                break
            except OSError:
                assert self.server.alive, (Path(self._folder.name) / "log").read_text()
                assert time.monotonic() < deadline
                await asyncio.sleep(0.05)
        assert await self.until(lambda: len(self.census.nodes()) > 1, START_S)
        # a server that does not know the service yet refuses the call
        for _ in range(20):
            answer = client.expect(b"service_response")
            client.send("call_service", service=SYNC, type="std_srvs/srv/Empty")
            if result_of(await asyncio.wait_for(answer, START_S)):
                break
            await asyncio.sleep(0.2)
        self.clear()

    async def __aexit__(self, *_: object) -> None:
        self.clear()
        self.graph.stop()
        self._node.destroy_node()
        rclpy.try_shutdown()
        self.server.stop()
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

    async def until(self, condition: Callable[[], Any], timeout: float = 10.0) -> bool:
        """Wait until something is so; tell whether it came to be."""
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.002)
        return True

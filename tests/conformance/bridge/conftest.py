"""The rosbridge protocol, sentence by sentence, on a running server.

The server is our own bridge, started for the session; or any other whose address stands in
HRISTUDIO_CONFORMANCE_URL, in the ROS domain that ROS_DOMAIN_ID names.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.servers.bridge import BridgeProcess, Client, wait_for
from tests.servers.link import Link, fresh
from tests.servers.peer import FibonacciServer, Peer

FOREIGN = os.environ.get("HRISTUDIO_CONFORMANCE_URL")


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if FOREIGN:
        yield FOREIGN
        return
    folder = tmp_path_factory.mktemp("conformance")
    # A name of its own: other tests of this process have a bridge on the same graph.
    process = BridgeProcess(folder, name="conformance_bridge", unregister_timeout=1.0).ready()
    yield process.url
    assert process.process.poll() is None, f"the bridge died:\n{process.log.read_text()[-5000:]}"
    assert process.stop() == 0
    assert "Traceback" not in process.log.read_text()


@pytest.fixture(scope="session")
def peer(url: str) -> Iterator[Peer]:
    node = Peer("conformance_peer")
    with Client(url) as probe:
        wait_for(lambda: "/conformance_peer" in probe.call("/rosapi/nodes")["values"]["nodes"], "discovery")
    yield node
    node.close()


@pytest.fixture(scope="session")
def fibonacci(peer: Peer) -> FibonacciServer:
    return FibonacciServer(peer, "/conformance/fibonacci")


@pytest.fixture(scope="session")
def link(url: str, peer: Peer) -> Iterator[Callable[[str, type], Link]]:
    links: dict[str, Link] = {}

    def make(kind: str, message: type) -> Link:
        if kind not in links:
            links[kind] = Link(url, peer, kind, message)
        return links[kind]

    yield make
    for made in links.values():
        made.client.close()


@pytest.fixture
def connect(url: str) -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def make(**options: Any) -> Client:
        clients.append(Client(url, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()


@pytest.fixture
def topic() -> str:
    return fresh()


@pytest.fixture
def service() -> str:
    return fresh("service")


@pytest.fixture
def action() -> str:
    return fresh("action")

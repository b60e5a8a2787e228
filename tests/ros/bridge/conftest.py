from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.servers.bridge import BridgeProcess, Client, wait_for
from tests.servers.peer import FibonacciServer, Peer


@pytest.fixture(scope="session")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    process = BridgeProcess(
        tmp_path_factory.mktemp("bridge"), max_message_size=2_000_000, max_backlog=4_000_000
    ).ready()
    yield process
    assert process.process.poll() is None, f"the bridge died:\n{process.log.read_text()[-5000:]}"
    assert process.stop() == 0
    assert "Traceback" not in process.log.read_text()


@pytest.fixture(scope="session")
def peer(bridge: BridgeProcess) -> Iterator[Peer]:
    node = Peer()
    with Client(bridge.url) as probe:
        wait_for(lambda: "/peer" in probe.call("/rosapi/nodes")["values"]["nodes"], "discovery")
    yield node
    node.close()


@pytest.fixture(scope="session")
def fibonacci(peer: Peer) -> FibonacciServer:
    return FibonacciServer(peer, "/fibonacci")


@pytest.fixture
def connect(bridge: BridgeProcess) -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def make(**options: Any) -> Client:
        clients.append(Client(bridge.url, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Callable[..., Client]) -> Client:
    return connect()

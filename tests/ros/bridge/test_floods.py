"""Clients that send, hold or leave too much: they hurt nobody but themselves."""

import json
import socket
import threading

import psutil
import pytest
from std_msgs.msg import String
from std_srvs.srv import Trigger

from tests.servers.bridge import WAIT_S, BridgeProcess, Client, wait_for

HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


def frame(payload: bytes, opcode: int = 1, *, final: bool = True) -> bytes:
    """Mask with zeros, so that the payload stays readable."""
    size = len(payload)
    head = bytes([(0x80 if final else 0) | opcode])
    if size < 126:
        return head + bytes([0x80 | size]) + bytes(4) + payload
    if size < 65_536:
        return head + b"\xfe" + size.to_bytes(2, "big") + bytes(4) + payload
    return head + b"\xff" + size.to_bytes(8, "big") + bytes(4) + payload


def raw(port: int) -> socket.socket:
    """Open a websocket by hand, which answers no ping and reads nothing."""
    opened = socket.create_connection(("127.0.0.1", port), WAIT_S)
    opened.sendall(HANDSHAKE)
    assert opened.recv(4096).startswith(b"HTTP/1.1 101")
    return opened


def gone(opened: socket.socket) -> bool:
    """Tell whether the other side closes in time."""
    opened.settimeout(WAIT_S)
    try:
        while opened.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def test_five_hundred_at_once(bridge, peer):
    clients = [Client(bridge.url) for _ in range(500)]
    for client in clients:
        client.send("subscribe", topic="/f/many", type="std_msgs/String")
    for client in clients:
        client.sync()
    peer.publisher(String, "/f/many").publish(String(data="to all"))
    assert all(client.until("publish")["msg"]["data"] == "to all" for client in clients)
    for client in clients:
        client.close()


def test_sockets_that_say_nothing_are_closed(bridge, client):
    silent = [socket.create_connection(("127.0.0.1", bridge.port), WAIT_S) for _ in range(100)]
    half = [socket.create_connection(("127.0.0.1", bridge.port), WAIT_S) for _ in range(100)]
    for each in half:
        each.sendall(HANDSHAKE[:50])
    client.sync()
    assert all(gone(each) for each in (*silent, *half))
    for each in (*silent, *half):
        each.close()


def test_a_client_that_is_no_longer_there_is_missed(tmp_path):
    process = BridgeProcess(tmp_path, websocket_ping_interval=0.5, websocket_ping_timeout=0.5).ready()
    dead = raw(process.port)
    assert gone(dead)
    dead.close()
    assert process.stop() == 0


def test_a_message_of_a_million_messages(bridge, connect):
    attacker, witness = connect(), connect()
    attacker.raw("{}" * 900_000)
    witness.sync()
    assert "came as one" in attacker.until("status")["msg"]


def test_answers_that_nobody_reads_end_the_connection(bridge, connect):
    witness, attacker = connect(), raw(bridge.port)
    process = psutil.Process(bridge.process.pid)
    before = process.memory_info().rss
    bad = frame(json.dumps({"op": "x" * 90, "id": "y" * 1000}).encode())
    attacker.settimeout(10)
    with pytest.raises(OSError):  # noqa: PT012, PT011 - whichever way the system tells that it is closed
        for _ in range(2000):
            attacker.sendall(bad * 20)
            if _ % 50 == 0:
                witness.sync()
    attacker.close()
    witness.sync()
    assert process.memory_info().rss - before < 60_000_000


def test_a_message_in_very_many_frames(bridge, client):
    attacker = raw(bridge.port)
    attacker.sendall(frame(b'{"op":"x","id":"', final=False) + frame(b"y", 0, final=False) * 200_000)
    client.sync()
    attacker.sendall(frame(b'"}', 0))
    assert b"status" in attacker.recv(100_000)
    attacker.close()


def test_calls_of_names_at_random_leave_nothing_in_the_graph(bridge, connect, peer):
    client = connect()
    for number in range(100):
        client.send("call_service", service=f"/f/random_{number}", type="std_srvs/Trigger", id=number)
    for _ in range(100):
        client.until("service_response")
    for number in range(10):
        client.send(
            "send_action_goal", action=f"/f/random_{number}", action_type="test_msgs/Fibonacci", id=number
        )
    for _ in range(10):
        assert client.until("action_result")["result"] is False
    names = lambda: [name for name, _ in peer.node.get_client_names_and_types_by_node("bridge", "/")]  # noqa: E731
    wait_for(lambda: not any("/f/random_" in name for name in names()), "no clients are left")


def test_topics_of_names_at_random_leave_little_in_the_graph(bridge, connect, peer):
    for start in range(0, 400, 100):
        client = connect()
        for number in range(start, start + 100):
            client.send("advertise", topic=f"/f/topic_{number}", type="std_msgs/String")
        client.sync()
        client.close()

    def left() -> int:
        found = peer.node.get_publisher_names_and_types_by_node("bridge", "/")
        return sum("/f/topic_" in name for name, _ in found)

    wait_for(lambda: left() <= 200, "at most 200 are left")


def test_requests_that_a_client_never_answers_are_bounded(tmp_path, peer):
    process = BridgeProcess(tmp_path, max_pending=5).ready()
    with Client(process.url) as server:
        server.send("advertise_service", service="/f/mute", type="std_srvs/Trigger")
        server.sync()
        caller = peer.node.create_client(Trigger, "/f/mute", callback_group=peer.group)
        assert caller.wait_for_service(WAIT_S)
        # An answer finds its way only once the two have met from both sides.
        met = caller.call_async(Trigger.Request())
        key = server.until("call_service")["id"]
        server.send("service_response", service="/f/mute", id=key, values={"success": True}, result=True)
        wait_for(met.done, "the first answer")
        futures = [caller.call_async(Trigger.Request()) for _ in range(8)]
        requests = [server.until("call_service")["id"] for _ in futures]
        for key in (requests[0], requests[-1]):
            server.send("service_response", service="/f/mute", id=key, values={"success": True}, result=True)
        assert "no request" in server.until("status")["msg"]
        wait_for(futures[-1].done, "the newest is answered")
    assert process.stop() == 0


def test_a_provider_that_vanishes_in_the_middle_of_goals(bridge, connect, peer):
    caller = connect()
    for _ in range(5):
        server = Client(bridge.url)
        server.send("advertise_action", action="/f/vanish", type="test_msgs/Fibonacci")
        server.sync()
        for number in range(3):
            caller.send("send_action_goal", action="/f/vanish", action_type="test_msgs/Fibonacci",
                        args={"order": 1}, id=f"g{number}")  # fmt: skip
        for _ in range(3):
            server.until("send_action_goal")
        server.socket.socket.shutdown(socket.SHUT_RDWR)
        for _ in range(3):
            answer = caller.until("action_result")
            assert (answer["status"], answer["result"]) in {(6, True), (0, False)}
        server.close()


def test_two_clients_take_a_service_from_each_other(bridge, connect, peer):
    clients = [connect() for _ in range(4)]

    def fight(client: Client) -> None:
        for _ in range(20):
            client.send("advertise_service", service="/f/fight", type="std_srvs/Trigger")
        client.sync()

    threads = [threading.Thread(target=fight, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for client in clients:
        client.send("unadvertise_service", service="/f/fight")
        client.sync()
    probe = peer.node.create_client(Trigger, "/f/fight")
    wait_for(lambda: not probe.service_is_ready(), "nobody serves it any more")
    wait_for(lambda: "taken over" in bridge.log.read_text(), "a word about it in the log")


@pytest.mark.parametrize("limit", ["max_subscriptions", "max_pending"])
def test_a_goal_that_is_refused_for_a_limit_is_not_sent(tmp_path, fibonacci, limit):
    process = BridgeProcess(tmp_path, **{limit: 1}).ready()
    sent = len(fibonacci.ids)
    goal = {"action": "/fibonacci", "action_type": "test_msgs/Fibonacci"}
    with Client(process.url) as client:
        client.send("send_action_goal", **goal, id="first", args={"order": 1000})
        client.send("send_action_goal", **goal, id="second", args={"order": 1})
        assert "more than 1" in client.until("action_result", id="second")["values"]
        wait_for(lambda: len(fibonacci.ids) > sent, "the first has begun")
        client.send("cancel_action_goal", action="/fibonacci", id="first")
        client.until("action_result", id="first")
        client.send("send_action_goal", **goal, id="third", args={"order": 1})
        assert client.until("action_result", id="third")["result"]
    assert len(fibonacci.ids) == sent + 2
    assert process.stop() == 0

import base64
import json
import random
import signal
import socket
import subprocess
from contextlib import suppress

import cbor2
import psutil
import pytest
from std_msgs.msg import Int32, String, UInt8MultiArray
from websockets.exceptions import ConnectionClosed

from tests.servers.bridge import WAIT_S, BridgeProcess, Client, wait_for
from tests.servers.peer import Peer

FRAMES = [
    "",
    " ",
    "5",
    "true",
    "null",
    '"text"',
    "[]",
    "[1,2]",
    "{}",
    '{"op":{}}',
    '{"op":null}',
    '{"op":5}',
    '{"op":""}',
    '{"op":"nope"}',
    '{"op":"publish"',
    "{op:1}",
    "\x00",
    "{" * 5000,
    "[" * 200_000,
    '{"a":' * 100_000,
    '{"op":"subscribe"}',
    '{"op":"subscribe","topic":5}',
    '{"op":"subscribe","topic":"/x","type":7}',
    '{"op":"subscribe","topic":"/h/x","type":"std_msgs/String","throttle_rate":"fast"}',
    '{"op":"subscribe","topic":"/h/x","type":"std_msgs/String","compression":"zip"}',
    '{"op":"subscribe","topic":"/h/x","type":"std_msgs/String","fragment_size":1e400}',
    '{"op":"subscribe","topic":"/h/x","type":"std_msgs/String","qos":{"depth":1000000000}}',
    '{"op":"call_service"}',
    '{"op":"call_service","service":"/x","timeout":"long"}',
    '{"op":"call_service","service":["/x"]}',
    '{"op":"send_action_goal","action":"/x"}',
    '{"op":"cancel_action_goal","action":"/x","id":{}}',
    '{"op":"service_response","service":"/x"}',
    '{"op":"fragment"}',
    '{"op":"fragment","id":"a","data":"x","num":5,"total":2}',
    '{"op":"fragment","id":"a","data":"x","num":-1,"total":2}',
    '{"op":"fragment","id":"a","data":"x","num":0,"total":1000000000}',
    '{"op":"fragment","id":"a","data":"5","num":0,"total":1}',
    '{"op":"set_level","level":"loud"}',
    '{"op":"auth","mac":"x"}',
    '{"op":"advertise","topic":"/h/y","type":"__import__/os/system"}',
    '{"op":"publish","topic":"/h/y","msg":{"data":"\\ud800"}}',
    '{"op":"status"}',
    '{"receiver":"/x","msg":{},"type":"y"}',
    '{"op":"subscribe","topic":"/x","id":[1]}',
    '{"op":"nope","id":18446744073709551616}',
    '{"op":"call_service","service":"/x","id":-18446744073709551616}',
    '{"op":"send_action_goal","action":["/x"],"id":1267650600228229401496703205376}',
]

BINARY = [
    b"",
    b"\x00",
    b"\xff" * 100,
    b"{",
    b"\xa1",
    b"\x05\x00\x00\x00\x00",
    b"\x16\x00\x00\x00" + b"\x02" * 18,
    cbor2.dumps([1]),
    cbor2.dumps({"op": 5}),
    cbor2.dumps({"op": "publish", "msg": cbor2.CBORTag(9999, b"")}),
    b"\x9f" * 100_000,
    b"\xbf" * 10_000,
    cbor2.dumps({"op": "publish", "topic": "/h/t", "msg": {"data": cbor2.CBORTag(85, b"123")}}),
]


def test_every_bad_frame_is_answered_and_the_session_lives(client):
    for frame in (*FRAMES, *BINARY):
        client.raw(frame)
        client.sync()
        statuses = [message for message in client.seen if message["op"] in {"status", "service_response"}]
        assert statuses, frame[:80]
        client.seen.clear()


def test_bad_frames_get_an_error_status(connect):
    silent_ones = {'{"op":"status"}'}
    for frame in FRAMES:
        if frame in silent_ones:
            continue
        client = connect()
        client.raw(frame)
        message = client.until("status")
        assert message["level"] in {"error", "warning"}, frame[:80]
        client.close()


def test_a_fuzzer_runs_for_a_while(connect, peer):
    chance = random.Random(7)
    seeds = [
        *FRAMES[:12],
        *FRAMES[20:],
        json.dumps({"op": "publish", "topic": "/h/f", "type": "std_msgs/String", "msg": {"data": "x"}}),
    ]
    attacker, witness = connect(), connect()
    witness.send("subscribe", topic="/h/witness", type="std_msgs/Int32")
    publisher = peer.publisher(Int32, "/h/witness")
    for number in range(600):
        data = bytearray(chance.choice(seeds).encode()[:3000])
        for _ in range(chance.randint(0, 6)):
            if data:
                place = chance.randrange(len(data))
                data[place : place + chance.randint(0, 3)] = bytes(
                    chance.choices(range(256), k=chance.randint(0, 4))
                )
        try:
            attacker.raw(bytes(data) if chance.random() < 0.5 else data.decode("utf-8", "replace"))
        except ConnectionClosed:
            attacker = connect()
        if number % 20 == 0:
            publisher.publish(Int32(data=number))
            assert witness.until("publish")["msg"]["data"] == number


def test_nan_and_split_and_doubled_json_as_python_clients_send_it(client, peer):
    client.raw(
        '{"op":"advertise","topic":"/h/float","type":"std_msgs/Float64"}{"op":"subscribe","topic":"/h/float","type":"std_msgs/Float64"}'
    )
    client.raw('{"op":"publish","topic":"/h/float","msg":{"data":NaN}}')
    assert client.until("publish")["msg"] == {"data": None}
    client.raw(b'{"op":"publish","topic":"/h/float","msg":{"data":-Infinity}}')
    assert client.until("publish")["msg"] == {"data": None}
    client.raw('{"op":"publish","topic":"/h/float",')
    client.raw('"msg":{"data":1.5}}')
    assert client.until("publish")["msg"] == {"data": 1.5}


def test_cbor_and_bson_from_clients(client):
    client.raw(cbor2.dumps({"op": "advertise", "topic": "/h/cbor", "type": "std_msgs/Int32MultiArray"}))
    client.send("subscribe", topic="/h/cbor", type="std_msgs/Int32MultiArray")
    packed = cbor2.CBORTag(78, (1).to_bytes(4, "little") + (2).to_bytes(4, "little"))
    client.raw(cbor2.dumps({"op": "publish", "topic": "/h/cbor", "msg": {"data": packed}}))
    assert client.until("publish")["msg"]["data"] == [1, 2]
    # a call of get_time with id 7
    elements = b"\x02op\0\x0d\0\0\0call_service\0\x02service\0\x11\0\0\0/rosapi/get_time\0\x10id\0\x07\0\0\0"
    client.raw((len(elements) + 5).to_bytes(4, "little") + elements + b"\0")
    assert client.until("service_response", id=7)["result"] is True


def test_a_frame_that_is_too_large_closes_with_a_reason(connect):
    client = connect()
    client.raw("x" * 2_100_000)
    assert client.closed()[0] == 1009
    connect().sync()


def test_fragments_in_any_order_and_never_finished(client, peer):
    received = peer.listen(String, "/h/fragments")
    client.send("advertise", topic="/h/fragments", type="std_msgs/String")
    text = json.dumps({"op": "publish", "topic": "/h/fragments", "msg": {"data": "y" * 100}})
    parts = [text[start : start + 30] for start in range(0, len(text), 30)]

    def put_together() -> bool:
        """Send it once more: ROS drops what is published before the two have met."""
        for number in reversed(range(len(parts))):
            client.send("fragment", id="f", data=parts[number], num=number, total=len(parts))
            client.send("fragment", id=f"never{number}", data="x", num=0, total=2)
        client.sync()
        return bool(received)

    wait_for(put_together, "the message that was put together")
    for number in range(100):
        client.send("fragment", id=f"more{number}", data="x", num=0, total=2)
    assert "unfinished" in client.until("status", level="error")["msg"]
    client.sync()


def test_fragments_of_two_clients_do_not_mix(connect):
    first, second = connect(), connect()
    call = '{"op":"call_service","service":"/rosapi/get_time","id":"x"}'
    first.send("fragment", id="same", data=call[:20], num=0, total=2)
    second.send("fragment", id="same", data="rubbish", num=0, total=2)
    second.sync()
    first.send("fragment", id="same", data=call[20:], num=1, total=2)
    assert first.until("service_response", id="x")["result"] is True


def test_a_client_that_does_not_read_slows_nobody(bridge, connect, peer):
    stalled = socket.create_connection(("127.0.0.1", bridge.port))
    stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stalled.sendall(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    assert stalled.recv(4096).startswith(b"HTTP/1.1 101")
    operation = b'{"op":"subscribe","topic":"/h/flood","type":"std_msgs/UInt8MultiArray"}'
    stalled.sendall(b"\x81" + bytes([0x80 | len(operation)]) + b"\0\0\0\0" + operation)
    healthy = connect()
    healthy.send("subscribe", topic="/h/flood", type="std_msgs/UInt8MultiArray")
    publisher = peer.publisher(UInt8MultiArray, "/h/flood")
    message = UInt8MultiArray(data=bytes(200_000))
    for _ in range(100):
        publisher.publish(message)
        assert len(healthy.until("publish")["msg"]["data"]) > 200_000
    stalled.close()


def test_a_slow_client_gets_the_newest_and_every_reply(connect, peer):
    slow, quick = connect(max_queue=1, close_timeout=0.5), connect()
    for client in (slow, quick):
        client.send("subscribe", topic="/h/slow", type="std_msgs/UInt8MultiArray", queue_length=3)
    publisher = peer.publisher(UInt8MultiArray, "/h/slow")
    for number in range(200):
        publisher.publish(UInt8MultiArray(data=bytes([number]) * 100_000))
        quick.until("publish")
    for number in range(20):
        slow.send("call_service", service="/rosapi/get_time", id=number)
    for number in range(20):
        slow.until("service_response", id=number)
    first_bytes = [
        base64.b64decode(message["msg"]["data"])[0] for message in slow.seen if message["op"] == "publish"
    ]
    assert first_bytes == sorted(first_bytes)
    assert len(first_bytes) < 200
    assert first_bytes[-3:] == [197, 198, 199]


def test_a_client_that_stalls_for_too_long_is_given_up(tmp_path):
    process = BridgeProcess(tmp_path, stall_timeout=1.0, max_backlog=2_000_000).ready()
    with Client(process.url, max_queue=1, close_timeout=0.5) as stalled, Client(process.url) as witness:
        stalled.send("subscribe", topic="/stall", type="std_msgs/UInt8MultiArray")
        witness.send("advertise", topic="/stall", type="std_msgs/UInt8MultiArray")
        witness.send("subscribe", topic="/client_count", type="std_msgs/Int32")
        witness.until("publish", msg={"data": 2})
        for _ in range(100):
            witness.send("publish", topic="/stall", msg={"data": "AAAA" * 30_000})
        # the stalled client reads nothing meanwhile
        witness.until("publish", msg={"data": 1})
    assert process.stop() == 0


def test_asked_again_and_again_it_still_ends_in_order(tmp_path):
    """A terminal and a launcher both pass a Ctrl-C on."""
    ending = BridgeProcess(tmp_path).ready()
    with Client(ending.url) as client:
        client.sync()
        while ending.process.poll() is None:
            ending.process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                ending.process.wait(0.002)
    assert ending.process.returncode == 0
    assert "Traceback" not in ending.log.read_text()


def test_connections_that_are_cut_without_a_word(bridge, peer):
    publisher = peer.publisher(String, "/h/cut", matched=0)
    for _ in range(20):
        client = Client(bridge.url)
        client.send("subscribe", topic="/h/cut", type="std_msgs/String")
        client.send("advertise_service", service="/h/cut_service", type="std_srvs/Trigger")
        client.sync()
        client.socket.socket.shutdown(socket.SHUT_RDWR)
        client.close()
    wait_for(lambda: publisher.get_subscription_count() == 0, "all subscriptions gone")


def test_a_storm_of_connections_leaves_nothing_behind(bridge, pytestconfig):
    def storm(rounds: int) -> None:
        for _ in range(rounds):
            clients = [Client(bridge.url) for _ in range(25)]
            for client in clients:
                client.send("subscribe", topic="/h/storm", type="std_msgs/String")
                client.send("advertise", topic="/h/storm", type="std_msgs/String")
            for client in clients:
                client.sync()
                client.close()

    process = psutil.Process(bridge.process.pid)
    storm(4)
    memory, files, threads = process.memory_info().rss, process.num_fds(), process.num_threads()
    storm(pytestconfig.getoption("--storm") // 25)
    wait_for(lambda: process.num_fds() <= files + 2, "sockets are closed")
    wait_for(lambda: process.num_threads() <= threads + 1, "threads have ended")
    assert process.memory_info().rss - memory < 8_000_000


def test_raw_sockets_that_speak_no_websocket(bridge, client):
    for data in (
        b"",
        b"\0" * 100,
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
        b"A" * 70_000,
    ):
        with socket.create_connection(("127.0.0.1", bridge.port), WAIT_S) as raw, suppress(ConnectionError):
            # It may hang up before it has read everything.
            raw.sendall(data)
    client.sync()


@pytest.mark.parametrize(
    "frame", [b"\xc1\x80\0\0\0\0", b"\x83\x80\0\0\0\0", b"\x81\x05hello", b"\x01\x80\0\0\0\0\x81\x80\0\0\0\0"]
)
def test_frames_that_break_the_websocket_protocol(bridge, client, frame):
    with socket.create_connection(("127.0.0.1", bridge.port), WAIT_S) as raw:
        raw.sendall(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        raw.recv(4096)
        raw.sendall(frame)
    client.sync()


def test_two_robots_side_by_side(tmp_path):
    bridges = [BridgeProcess(tmp_path / name, namespace=f"/{name}") for name in ("nao", "pepper")]
    peer = Peer("robots")
    for process, name in zip(bridges, ("nao", "pepper"), strict=True):
        process.ready()
        with Client(process.url) as client:
            client.send("subscribe", topic="robot/status", type="std_msgs/String")
            peer.publisher(String, f"/{name}/robot/status").publish(String(data=name))
            assert client.until("publish")["msg"]["data"] == name
    peer.close()
    assert [process.stop() for process in bridges] == [0, 0]

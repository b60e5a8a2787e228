import json
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import jwt
import pytest
from std_msgs.msg import String
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.servers.bridge import KEY, START_S, WAIT_S, BridgeProcess, Client, token, wait_for
from tests.servers.ports import free_port


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    process = BridgeProcess(
        tmp_path_factory.mktemp("guarded"),
        auth="token",
        namespace="/nao",
        auth_timeout=5.0,
        max_connections=20,
        allowed_origins="https://lab.example",
    ).ready()
    yield process
    assert process.process.poll() is None, process.log.read_text()[-5000:]
    assert process.stop() == 0


@pytest.fixture
def sign_in(guarded: BridgeProcess) -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def make(role: str, **options: Any) -> Client:
        clients.append(
            Client(guarded.url, additional_headers={"Authorization": f"Bearer {token(role)}"}, **options)
        )
        return clients[-1]

    yield make
    for client in clients:
        client.close()


def refused(client: Client, op: str, **fields: Any) -> bool:
    """Tell whether an operation is refused for want of rights."""
    client.send(op, id="probe", **fields)
    client.send("call_service", service="/rosapi/get_time", id="after")
    client.until("service_response", id="after")
    return any(
        message.get("id") == "probe" and "may not" in message.get("msg", "") for message in client.seen
    )


@pytest.mark.parametrize("way", ["header", "query", "operation"])
def test_three_ways_to_sign_in(guarded, way):
    given = token("administrator")
    options = {"additional_headers": {"Authorization": f"Bearer {given}"}} if way == "header" else {}
    url = f"{guarded.url}/?token={given}" if way == "query" else guarded.url
    with Client(url, **options) as client:
        if way == "operation":
            client.send("auth", token=given, id="a")
            assert "administrator" in client.until("status", id="a", level="info")["msg"]
        assert client.call("/rosapi/get_time")["result"] is True


# Later than any run of the tests ends: what is refused is refused for something else.
LATER = time.time() + 86_400
FORGED = [
    "rubbish",
    "a.b.c",
    "",
    token("web", seconds=-10),
    token("web", seconds=86_400, key=b"x" * 64),
    jwt.encode({"sub": "t", "role": "web", "exp": LATER}, None, algorithm="none"),
    jwt.encode({"sub": "t", "role": "web", "exp": LATER}, KEY, algorithm="HS512"),
    jwt.encode({"sub": "t", "role": "web"}, KEY, algorithm="HS256"),
    jwt.encode({"sub": "t", "exp": LATER}, KEY, algorithm="HS256"),
    jwt.encode({"sub": "t", "role": ["web"], "exp": LATER}, KEY, algorithm="HS256"),
]


@pytest.mark.parametrize("number", range(len(FORGED)))
def test_forged_and_expired_tokens(guarded, number):
    with Client(guarded.url) as client:
        client.send("auth", token=FORGED[number], id="a")
        assert client.until("status", id="a")["level"] == "error"
        answer = client.call("/rosapi/get_time")
        assert answer["result"] is False
        assert "sign in" in answer["values"]
    if FORGED[number]:
        with pytest.raises(InvalidStatus) as caught:
            Client(guarded.url, additional_headers={"Authorization": f"Bearer {FORGED[number]}"})
        assert caught.value.response.status_code == 401


def test_who_does_not_sign_in_is_sent_away(guarded):
    with Client(guarded.url) as client:
        client.send("subscribe", topic="/x", type="std_msgs/String", id="s")
        assert "sign in" in client.until("status", id="s")["msg"]
        assert client.closed() == (1008, "sign in first")


def test_strangers_get_no_memory_and_few_chances(guarded):
    with Client(guarded.url) as client:
        client.send("fragment", id="f", data="x" * 1000, num=0, total=2)
        assert "sign in" in client.until("status")["msg"]
        client.raw(json.dumps({"op": "auth", "token": "x" * 100_000}))
        assert "sign in" in client.until("status")["msg"]
        # one at a time: a close that finds frames unread reaches the client as a reset
        with suppress(ConnectionClosed):
            for _ in range(30):
                client.send("auth", token=token("web", key=b"guess" * 10))
                client.until("status")
        assert client.closed() == (1008, "sign in first")


def test_a_session_ends_with_its_token(guarded):
    with Client(
        guarded.url, additional_headers={"Authorization": f"Bearer {token('web', seconds=5)}"}
    ) as client:
        client.sync()
        assert client.closed() == (1008, "the token has expired")


def test_an_observer_watches_and_touches_nothing(sign_in):
    client = sign_in("observer")
    assert not refused(client, "subscribe", topic="trial/state", type="hristudio/TrialState")
    assert not refused(client, "subscribe", topic="/nao/robot/status", type="hristudio/RobotStatus")
    for op, fields in (
        ("publish", {"topic": "trial/state", "msg": {}}),
        ("advertise", {"topic": "cmd_vel", "type": "geometry_msgs/Twist"}),
        ("subscribe", {"topic": "/other/trial/state", "type": "hristudio/TrialState"}),
        ("subscribe", {"topic": "/rosout", "type": "rcl_interfaces/Log"}),
        ("call_service", {"service": "trial/decide"}),
        ("call_service", {"service": "/nao/trial/control"}),
        ("call_service", {"service": "robot/stop"}),
        ("call_service", {"service": "robot/release_stop"}),
        ("send_action_goal", {"action": "run_trial", "action_type": "hristudio/RunTrial"}),
        ("advertise_service", {"service": "robot/stop", "type": "hristudio/StopRobot"}),
    ):
        assert refused(client, op, **fields), (op, fields)
        client.seen.clear()


def test_a_wizard_steers_but_provides_nothing(sign_in):
    client = sign_in("wizard")
    for service in ("trial/decide", "trial/control", "robot/stop", "robot/release_stop"):
        assert not refused(client, "call_service", service=service), service
    assert refused(client, "advertise", topic="cmd_vel", type="geometry_msgs/Twist")


@pytest.mark.parametrize("role", ["nobody", "WEB", "web ", "web\n", "*"])
def test_roles_that_are_not_given_may_do_nothing(guarded, role):
    with Client(guarded.url, additional_headers={"Authorization": f"Bearer {token(role)}"}) as client:
        answer = client.call("/rosapi/get_time")
        assert answer["result"] is False
        assert "may not" in answer["values"]


@pytest.mark.parametrize(
    "name", ["trial/../../x", "/nao/trial/%2e%2e", "trial/*", "/nao/trial/\n/x", "nao/trial/state\0"]
)
def test_names_cannot_escape_the_patterns(sign_in, name):
    client = sign_in("observer")
    client.send("subscribe", topic=name, type="std_msgs/String", id="e")
    assert client.until("status", id="e")["level"] == "error"


def test_a_role_cannot_be_changed_while_something_is_held(sign_in):
    client = sign_in("observer")
    client.send("subscribe", topic="trial/x", type="std_msgs/String")
    client.send("auth", token=token("administrator"), id="up")
    assert "cannot change" in client.until("status", id="up")["msg"]


def test_an_open_door_is_said_loudly(bridge, guarded, client):
    wait_for(lambda: "NO AUTHENTICATION" in bridge.log.read_text(), "the warning")
    assert "NO AUTHENTICATION" not in guarded.log.read_text()


def test_refusals_are_written_down(guarded, sign_in):
    client = sign_in("observer")
    assert refused(client, "publish", topic="secret_topic", msg={})

    def written() -> bool:
        lines = guarded.log.read_text().splitlines()
        return any("audit" in line and "observer" in line for line in lines)

    wait_for(written, "the refusal in the log")
    assert token("observer")[:20] not in guarded.log.read_text()


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("http://evil.example", False),
        ("null", False),
        ("https://lab.example", True),
        ("http://127.0.0.1:8000", True),
        ("http://127.0.0.1.evil.example", False),
        ("https://lab.example.evil.com", False),
    ],
)
def test_origins(sign_in, origin, let_in):
    if let_in:
        sign_in("web", origin=origin).sync()
        return
    with pytest.raises(InvalidStatus) as caught:
        sign_in("web", origin=origin)
    assert caught.value.response.status_code == 403


def test_too_many_connections_are_refused_politely(guarded, sign_in):
    clients = []
    with pytest.raises(InvalidStatus) as caught:
        clients = [sign_in("web") for _ in range(25)]
    assert caught.value.response.status_code == 503
    assert not clients


def test_metrics(guarded, sign_in):
    sign_in("web").sync()

    def figures() -> str:
        with urlopen(f"http://127.0.0.1:{guarded.port}/metrics") as answer:  # our own server
            return answer.read().decode()

    # The clients of the test before may not be counted out yet.
    wait_for(lambda: "hristudio_bridge_clients 1\n" in figures(), "one client")
    assert 'hristudio_bridge_refusals_total{reason="Denied"}' in figures()
    with pytest.raises(HTTPError):
        urlopen(f"http://127.0.0.1:{guarded.port}/")


def test_relative_names_are_the_robots_own(sign_in, peer):
    client = sign_in("administrator")
    client.send("subscribe", topic="chatter", type="std_msgs/String")
    peer.publisher(String, "/nao/chatter").publish(String(data="hi"))
    assert client.until("publish")["topic"] == "chatter"
    assert client.call("rosapi/get_time")["result"] is True


@pytest.mark.parametrize(
    ("parameters", "hint"),
    [
        ({"auth": "maybe"}, "auth"),
        ({"port": 70000}, "port"),
        ({"auth": "token", "auth_key_file": "/nowhere/key"}, "/nowhere/key"),
        ({"access_file": "/nowhere/roles.yaml"}, "/nowhere/roles.yaml"),
        ({"ssl": True}, "certfile"),
        ({"max_connections": 0}, "max_connections"),
    ],
)
def test_bad_settings_are_named(tmp_path: Path, parameters, hint):
    process = BridgeProcess(tmp_path, **parameters)
    assert process.process.wait(START_S) == 2
    assert hint in process.log.read_text()


def test_a_port_in_use_is_waited_for(tmp_path: Path):
    port = free_port()
    holder = socket.create_server(("127.0.0.1", port))
    refused = BridgeProcess(tmp_path / "refused", port=port)
    assert refused.process.wait(START_S) == 1
    assert "cannot listen" in refused.log.read_text()
    patient = BridgeProcess(tmp_path / "patient", port=port, retry_startup_delay=0.2)
    wait_for(lambda: "again in 0.2 s" in patient.log.read_text(), "it has tried", START_S)
    holder.close()
    with Client(patient.ready().url) as client:
        client.sync()
    assert patient.stop() == 0


def test_names_of_rosbridge_that_mean_nothing_here_are_told_of(tmp_path: Path):
    process = BridgeProcess(tmp_path, delay_between_messages=0.1, call_services_in_new_thread=True,
                            bson_only_mode=False).ready()  # fmt: skip
    text = process.log.read_text()
    assert "delay_between_messages has no effect" in text
    assert "call_services_in_new_thread has no effect" in text
    assert "bson_only_mode" not in text
    assert process.stop() == 0


def test_access_file_and_globs(tmp_path: Path):
    roles = tmp_path / "roles.yaml"
    roles.write_text('roles: {guest: {operations: ["*"], subscribe: ["**"], call: ["**"]}}')
    process = BridgeProcess(tmp_path, auth="token", access_file=str(roles), topics_glob="['/open/*']").ready()
    with Client(f"{process.url}/?token={token('guest')}") as client:
        assert not refused(client, "subscribe", topic="/open/a/b", type="std_msgs/String")
        assert refused(client, "subscribe", topic="/closed/a", type="std_msgs/String")
    with Client(f"{process.url}/?token={token('web')}") as client:
        assert client.call("/rosapi/get_time")["result"] is False
    assert process.stop() == 0


def test_limits_of_one_client(tmp_path: Path, peer):
    process = BridgeProcess(tmp_path, max_subscriptions=3, max_pending=2, max_rate=50.0).ready()
    publisher = peer.publisher(String, "/limit/t3", matched=0)
    with Client(process.url) as client:
        for number in range(4):
            client.send("subscribe", topic=f"/limit/t{number}", type="std_msgs/String", id=number)
        assert "more than 3" in client.until("status", id=3)["msg"]
        for number in range(3):
            client.send("call_service", service=f"/limit/none{number}", id=f"c{number}")
        answers = {client.until("service_response")["id"] for _ in range(3)}
        assert answers == {"c0", "c1", "c2"}
        assert any("more than 2" in message.get("msg", "") for message in client.seen)
        assert publisher.get_subscription_count() == 0
        for _ in range(200):
            client.send("set_level", level="warning")
        assert "a second" in client.until("status")["msg"]
    assert process.stop() == 0


def test_tls(tmp_path: Path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=DNS:localhost",
            "-keyout",
            key,
            "-out",
            certificate,
        ],
        check=True,
        capture_output=True,
    )
    process = BridgeProcess(tmp_path / "run", ssl=True, certfile=str(certificate), keyfile=str(key)).ready()
    context = ssl.create_default_context(cafile=str(certificate))
    with Client(f"wss://localhost:{process.port}", ssl=context) as client:
        client.sync()
    assert process.stop() == 0


def test_a_name_that_was_made_to_point_here_is_not_our_host(guarded):
    """A page of evil.example whose name resolves to this machine sends its own name as Origin and Host."""
    with socket.create_connection(("127.0.0.1", guarded.port), WAIT_S) as raw:
        raw.sendall(
            b"GET / HTTP/1.1\r\nHost: evil.example:9090\r\nOrigin: http://evil.example:9090\r\n"
            b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        assert raw.recv(4096).startswith(b"HTTP/1.1 403")

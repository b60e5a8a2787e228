"""Every operation and every name of a robot, for every role: the bridge does what its roles say."""

from collections.abc import Iterator
from typing import Any

import pytest

from hristudio_bridge.access import Policy, read_roles
from hristudio_bridge.access.reference import KIND_OF
from hristudio_bridge.node import ROLES
from hristudio_bridge.ops.registry import operations
from tests.servers.bridge import BridgeProcess, Client, token
from tests.servers.names import ros_names

NAMESPACE = "/nao"
# What a message carries that asks for a right, by the right.
ASKING: dict[str, tuple[str, dict[str, Any]]] = {
    "subscribe": ("topic", {"op": "subscribe", "type": "std_msgs/String"}),
    "publish": ("topic", {"op": "advertise", "type": "std_msgs/String"}),
    "call": ("service", {"op": "call_service", "type": "std_srvs/Trigger", "timeout": 0.1}),
    "serve": ("service", {"op": "advertise_service", "type": "std_srvs/Trigger"}),
    "goals": ("action", {"op": "send_action_goal", "action_type": "test_msgs/Fibonacci"}),
    "serve_actions": ("action", {"op": "advertise_action", "type": "test_msgs/Fibonacci"}),
}
FIELDS: dict[str, dict[str, Any]] = {
    "advertise": {"topic": "robot/made_up", "type": "std_msgs/String"},
    "unadvertise": {"topic": "robot/made_up"},
    "publish": {"topic": "robot/made_up", "msg": {}},
    "subscribe": {"topic": "robot/made_up", "type": "std_msgs/String"},
    "unsubscribe": {"topic": "robot/made_up"},
    "call_service": {"service": "robot/made_up", "type": "std_srvs/Trigger", "timeout": 0.1},
    "advertise_service": {"service": "robot/made_up", "type": "std_srvs/Trigger"},
    "unadvertise_service": {"service": "robot/made_up"},
    "service_response": {"service": "robot/made_up", "result": True},
    "send_action_goal": {"action": "robot/made_up", "action_type": "test_msgs/Fibonacci"},
    "cancel_action_goal": {"action": "robot/made_up"},
    "advertise_action": {"action": "robot/made_up", "type": "test_msgs/Fibonacci"},
    "unadvertise_action": {"action": "robot/made_up"},
    "action_feedback": {"action": "robot/made_up"},
    "action_result": {"action": "robot/made_up"},
    "fragment": {"data": "", "num": 0, "total": 2},
    "set_level": {"level": "error"},
    "set_status_level": {"level": "error"},
    "status": {"msg": "hello"},
    "auth": {},
}
NOBODY = "nobody"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    folder = tmp_path_factory.mktemp("rights")
    process = BridgeProcess(
        folder, auth="token", namespace=NAMESPACE, discovery_timeout=0.1, access_file=str(ROLES)
    ).ready()
    yield process
    assert process.stop() == 0


def denied(client: Client, asked: dict[str, dict[str, Any]]) -> set[str]:
    """Send messages by their ids; give the ids of those that are refused for want of rights."""
    for key, message in asked.items():
        client.send(message["op"], id=key, **{name: value for name, value in message.items() if name != "op"})
    client.send("auth", id="last")
    client.until("status", id="last")
    return {
        str(message["id"])
        for message in client.seen
        if message.get("id") in asked
        and any(words in message.get("msg", "") for words in ("may not", "sign in first"))
    }


@pytest.mark.parametrize("role", [*read_roles(ROLES), NOBODY])
def test_operations(guarded: BridgeProcess, role: str) -> None:
    known = operations()
    assert set(FIELDS) == set(known), "an operation without a row here"
    policy = Policy(read_roles(ROLES), NAMESPACE)
    with Client(f"{guarded.url}/?token={token(role)}") as client:
        refused = denied(client, {name: {"op": name, **fields} for name, fields in FIELDS.items()})
        wrong_by_right = {name for name in known if not known[name].open and not policy.may_do(role, name)}
        # Those that may be used at all may still be refused for the name they were used with.
        assert wrong_by_right <= refused
        told = {message["id"] for message in client.seen if "use this operation" in message.get("msg", "")}
        assert told == wrong_by_right


@pytest.mark.parametrize("role", [*read_roles(ROLES), NOBODY])
def test_names(guarded: BridgeProcess, role: str) -> None:
    policy = Policy(read_roles(ROLES), NAMESPACE)
    asked, expected = {}, set()
    for kind, name in ros_names():
        for right in KIND_OF[kind]:
            field, message = ASKING[right]
            key = f"{right} {name}"
            asked[key] = {**message, field: name}
            full = name if name.startswith("/") else f"{NAMESPACE}/{name}"
            if not (policy.may_do(role, message["op"]) and policy.may(role, right, full)):
                expected.add(key)
    with Client(f"{guarded.url}/?token={token(role)}") as client:
        assert denied(client, asked) == expected


def test_who_has_no_token_may_do_nothing(guarded: BridgeProcess) -> None:
    known = operations()
    for name, fields in FIELDS.items():
        if known[name].open:
            continue
        with Client(guarded.url) as client:
            assert denied(client, {name: {"op": name, **fields}}) == {name}

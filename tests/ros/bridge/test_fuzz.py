"""Messages at random, nearly right: whatever they are, the bridge answers the next one."""

import json
from typing import Any

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.servers.bridge import Client

OPERATIONS = [
    "advertise", "unadvertise", "publish", "subscribe", "unsubscribe",
    "call_service", "advertise_service", "unadvertise_service", "service_response",
    "send_action_goal", "cancel_action_goal", "advertise_action", "unadvertise_action",
    "action_feedback", "action_result", "fragment", "set_level", "status", "auth", "png", "nope",
]  # fmt: skip
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "/", "now", "__proto__", "\x00", "/fuzz/a#b", "*", "**", "../..", "9" * 400]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["data", "header", "stamp"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
NAMES = (
    st.sampled_from(["/fuzz/a", "/fuzz/b", "fuzz/c", "/rosapi/topics", "/rosapi/get_param", "/rosout"]) | ODD
)
TYPES = (
    st.sampled_from(["std_msgs/String", "test_msgs/BasicTypes", "std_srvs/SetBool", "test_msgs/Fibonacci"])
    | ODD
)
FIELDS: dict[str, Any] = {
    "id": st.sampled_from(["a", "b", 1]) | ODD,
    "topic": NAMES, "service": NAMES, "action": NAMES,
    "type": TYPES, "action_type": TYPES,
    "msg": ODD, "args": ODD, "values": ODD, "data": ODD | st.sampled_from(['{"op":', '"x"}']),
    "num": st.integers(-2, 4) | ODD, "total": st.integers(-1, 4) | ODD,
    "level": st.sampled_from(["error", "none", "info"]) | ODD,
    "throttle_rate": ODD, "queue_length": ODD, "fragment_size": st.integers(-1, 50) | ODD,
    "compression": st.sampled_from(["none", "png", "cbor", "cbor-raw"]) | ODD,
    "timeout": st.just(0.01) | ODD, "feedback": ODD, "status": st.integers(-1, 8) | ODD, "result": ODD,
    "qos": ODD, "latch": ODD, "token": ODD,
}  # fmt: skip
MESSAGES = st.builds(
    lambda op, fields: {"op": op, **fields},
    st.sampled_from(OPERATIONS),
    st.fixed_dictionaries({}, optional=FIELDS),
)
WAYS = st.sampled_from(["text", "binary", "cbor"])


@pytest.fixture(scope="module")
def attacker(bridge):
    with Client(bridge.url) as client:
        yield client


@settings(max_examples=250, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.tuples(MESSAGES, WAYS), min_size=1, max_size=8))
def test_messages_nearly_right(attacker, messages):
    for message, way in messages:
        if way == "cbor":
            try:
                attacker.raw(cbor2.dumps(message))
            except (cbor2.CBOREncodeError, OverflowError, UnicodeEncodeError):
                continue
        else:
            text = json.dumps(message)
            attacker.raw(text.encode() if way == "binary" else text)
    answered(attacker)


@settings(max_examples=300, deadline=None, derandomize=True,
          suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.binary(max_size=200), st.booleans())
def test_bytes_at_random(attacker, data, text):
    attacker.raw(data.decode("utf-8", "replace") if text else data)
    answered(attacker)


def answered(client: Client) -> None:
    """Ask for something plain; the answer may come in pieces or pictures, as asked for before."""
    # a text that ends early is kept for the next frame: a line that cannot go on ends it
    client.raw("]")
    client.seen.clear()
    client.send("call_service", service="/rosapi/get_time", id="are you there")
    client.until("service_response", id="are you there")

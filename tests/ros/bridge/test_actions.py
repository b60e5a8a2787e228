import uuid

import pytest

from tests.servers.bridge import Client, wait_for
from tests.servers.peer import FibonacciServer, Peer

FIBONACCI = {"action": "/fibonacci", "action_type": "test_msgs/Fibonacci"}
SUCCEEDED, CANCELED, ABORTED = 4, 5, 6


def acquaint(client: Client) -> None:
    """Have goals carried out until feedback comes: DDS matches each topic of an action by itself."""
    for number in range(50):
        client.send("send_action_goal", **FIBONACCI, args={"order": 1}, feedback=True, id=f"warm{number}")
        client.until("action_result", id=f"warm{number}")
        if any(message["op"] == "action_feedback" for message in client.seen):
            return
    raise AssertionError("no feedback comes at all")


def test_goal_with_all_its_feedback_and_result(client, fibonacci):
    acquaint(client)
    client.send("send_action_goal", **FIBONACCI, args={"order": 10}, feedback=True, id="g", acceptance=True)
    assert client.until("action_status", id="g")["status"] == 1
    feedback = [client.until("action_feedback", id="g") for _ in range(10)]
    result = client.until("action_result", id="g")
    assert [len(message["values"]["sequence"]) for message in feedback] == list(range(3, 13))
    assert result["values"]["sequence"][-1] == 89
    assert (result["status"], result["result"], result["action"]) == (SUCCEEDED, True, "/fibonacci")
    assert uuid.UUID(result["goal_id"]).bytes in fibonacci.ids


def test_without_feedback_none_comes(client, fibonacci):
    client.send("send_action_goal", **FIBONACCI, args=[3], id="g")
    client.until("action_result", id="g")
    assert not any(message["op"] == "action_feedback" for message in client.seen)


def test_cancel(client, fibonacci):
    client.send("send_action_goal", **FIBONACCI, args={"order": 1000}, id="c", acceptance=True)
    client.until("action_status", id="c")
    client.send("cancel_action_goal", action="/fibonacci", id="c")
    result = client.until("action_result", id="c")
    assert (result["status"], result["values"]) == (CANCELED, {"sequence": [1]})


def test_cancel_right_after_the_goal(client, fibonacci):
    client.send("send_action_goal", **FIBONACCI, args={"order": 1000}, id="c")
    client.send("cancel_action_goal", action="/fibonacci", id="c")
    assert client.until("action_result", id="c")["status"] == CANCELED


def test_abort_and_rejection_are_told_apart(client, fibonacci):
    client.send("send_action_goal", **FIBONACCI, args={"order": 99}, id="a")
    assert client.until("action_result", id="a")["status"] == ABORTED
    client.send("send_action_goal", **FIBONACCI, args={"order": 0}, id="r")
    result = client.until("action_result", id="r")
    assert (result["status"], result["result"]) == (0, False)
    assert "rejected" in result["values"]


def test_absent_actions_unknown_types_and_wrong_goals_are_answered(client, fibonacci):
    client.send("send_action_goal", action="/nowhere", action_type="test_msgs/Fibonacci", id="1")
    assert "does not exist" in client.until("action_result", id="1")["values"]
    client.send("send_action_goal", action="/fibonacci", action_type="test_msgs/Nope", id="2")
    assert client.until("action_result", id="2")["result"] is False
    client.send("send_action_goal", **FIBONACCI, args={"order": "x"}, id="3")
    assert "order" in client.until("action_result", id="3")["values"]
    client.send("cancel_action_goal", action="/fibonacci", id="unknown")
    assert client.until("status", id="unknown")["level"] == "error"


def test_same_ids_of_two_clients_do_not_meet(connect, fibonacci):
    first, second = connect(), connect()
    first.send("send_action_goal", **FIBONACCI, args={"order": 1000}, id="same", acceptance=True)
    first.until("action_status")
    second.send("send_action_goal", **FIBONACCI, args={"order": 4}, id="same", feedback=True)
    assert second.until("action_result", id="same")["status"] == SUCCEEDED
    second.send("cancel_action_goal", action="/fibonacci", id="same")
    assert second.until("status", id="same")["level"] == "error"
    first.send("cancel_action_goal", action="/fibonacci", id="same")
    assert first.until("action_result", id="same")["status"] == CANCELED
    assert not any(message["op"] == "action_feedback" for message in first.seen)


def test_the_same_id_twice_is_refused(client, fibonacci):
    for _ in range(2):
        client.send("send_action_goal", **FIBONACCI, args={"order": 1000}, id="twice")
    assert client.until("action_result", id="twice")["result"] is False
    client.send("cancel_action_goal", action="/fibonacci", id="twice")
    assert client.until("action_result", id="twice")["status"] == CANCELED


@pytest.mark.parametrize("cancel", [True, False])
def test_a_goal_outlives_its_client_unless_it_asked_otherwise(bridge, fibonacci, cancel):
    before = len(fibonacci.cancelled)
    with Client(bridge.url) as client:
        client.send(
            "send_action_goal",
            **FIBONACCI,
            args={"order": 1000},
            id="d",
            acceptance=True,
            cancel_on_disconnect=cancel,
        )
        goal = client.until("action_status", id="d")["goal_id"]
    if cancel:
        wait_for(lambda: uuid.UUID(goal).bytes in fibonacci.cancelled, "the goal is cancelled")
    else:
        with Client(bridge.url) as other:
            assert other.quiet(0.5) == []
        assert len(fibonacci.cancelled) == before
        fibonacci.abandoned.add(uuid.UUID(goal).bytes)


def test_a_goal_that_is_not_accepted_yet_is_cancelled_after_its_client(bridge, fibonacci):
    before = len(fibonacci.cancelled)
    with Client(bridge.url) as client:
        client.send("send_action_goal", **FIBONACCI, args={"order": 1000}, cancel_on_disconnect=True)
    wait_for(lambda: len(fibonacci.cancelled) > before, "the goal is cancelled")


def served(client: Client) -> list[str]:
    return client.call("/rosapi/action_servers")["values"]["action_servers"]


def test_a_server_that_comes_back_works_again(client):
    for number in range(2):
        # A node of its own: what is destroyed beside a spinning executor ends that as well.
        host = Peer(f"again_{number}")
        FibonacciServer(host, "/again")
        client.send(
            "send_action_goal",
            action="/again",
            action_type="test_msgs/Fibonacci",
            args={"order": 2},
            id="x",
            feedback=True,
        )
        assert client.until("action_result", id="x")["status"] == SUCCEEDED
        host.close()
        wait_for(lambda: "/again" not in served(client), "the bridge knows that it has gone")


def test_ten_goals_at_once(client, fibonacci):
    for number in range(10):
        client.send(
            "send_action_goal", **FIBONACCI, args={"order": number + 1}, id=str(number), feedback=True
        )
    results = [client.until("action_result") for _ in range(10)]
    assert sorted(len(result["values"]["sequence"]) for result in results) == list(range(3, 13))

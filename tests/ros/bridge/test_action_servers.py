import threading

import pytest
from action_msgs.msg import GoalStatus
from test_msgs.action import Fibonacci

from tests.servers.bridge import Client, wait_for


def advertise(client: Client, action: str) -> None:
    client.send("advertise_action", action=action, type="test_msgs/Fibonacci")
    client.sync()


def send_goal(peer, action, order=5, feedback=None):
    # Its client stays until the node ends: one destroyed beside a spinning executor ends that as well.
    return peer.goal_client(action).send_goal_async(
        Fibonacci.Goal(order=order),
        feedback_callback=(lambda message: feedback.append(list(message.feedback.sequence)))
        if feedback is not None
        else None,
    )


def done(future):
    wait_for(future.done, "a future is done")
    return future.result()


def test_a_client_carries_out_a_goal(client, peer):
    advertise(client, "/w/count")
    feedback = []
    sent = send_goal(peer, "/w/count", 3, feedback)
    goal = client.until("send_action_goal")
    assert (goal["action"], goal["args"], goal["action_type"]) == (
        "/w/count",
        {"order": 3},
        "test_msgs/action/Fibonacci",
    )
    handle = done(sent)
    assert handle.accepted
    result = handle.get_result_async()
    for number in range(3):
        client.send("action_feedback", action="/w/count", id=goal["id"], values={"sequence": [number]})
    client.send(
        "action_result", action="/w/count", id=goal["id"], values={"sequence": [7, 8]}, status=4, result=True
    )
    answer = done(result)
    assert (list(answer.result.sequence), answer.status) == ([7, 8], GoalStatus.STATUS_SUCCEEDED)


def test_cancelling_reaches_the_client(client, peer):
    advertise(client, "/w/cancel")
    sent = send_goal(peer, "/w/cancel")
    goal = client.until("send_action_goal")
    handle = done(sent)
    assert len(done(handle.cancel_goal_async()).goals_canceling) == 1
    assert client.until("cancel_action_goal")["id"] == goal["id"]
    client.send("action_result", action="/w/cancel", id=goal["id"], values={}, status=5, result=True)
    assert done(handle.get_result_async()).status == GoalStatus.STATUS_CANCELED
    assert done(handle.cancel_goal_async()).return_code == 3


@pytest.mark.parametrize("how", ["failed", "left"])
def test_a_goal_that_fails_or_is_left_is_aborted(bridge, peer, how):
    client = Client(bridge.url)
    advertise(client, f"/w/{how}")
    sent = send_goal(peer, f"/w/{how}")
    goal = client.until("send_action_goal")
    result = done(sent).get_result_async()
    # the request for the result must be there before the server goes
    assert done(peer.goal_client(f"/w/{how}").send_goal_async(Fibonacci.Goal())).accepted
    if how == "failed":
        client.send("action_result", action=f"/w/{how}", id=goal["id"], values={}, status=6, result=False)
    else:
        client.close()
    assert done(result).status == GoalStatus.STATUS_ABORTED
    client.close()


def test_one_client_sends_a_goal_to_another(connect):
    server, caller = connect(), connect()
    advertise(server, "/w/between")
    caller.send(
        "send_action_goal",
        action="/w/between",
        action_type="test_msgs/Fibonacci",
        args={"order": 2},
        feedback=True,
        id="b",
    )
    goal = server.until("send_action_goal")
    server.send("action_feedback", action="/w/between", id=goal["id"], values={"sequence": [1]})
    server.send(
        "action_result",
        action="/w/between",
        id=goal["id"],
        values={"sequence": [1, 2]},
        status=4,
        result=True,
    )
    assert caller.until("action_feedback", id="b")["values"] == {"sequence": [1]}
    assert caller.until("action_result", id="b")["values"] == {"sequence": [1, 2]}


def test_misuse_is_refused_and_the_goal_goes_on(client, peer):
    client.send("action_result", action="/w/none", id="x", values={}, status=4, result=True)
    assert "not advertised" in client.until("status", level="error")["msg"]
    advertise(client, "/w/strict")
    client.send("action_feedback", action="/w/strict", id="x", values={})
    assert "no goal" in client.until("status", level="error")["msg"]
    threading.Thread(target=lambda: done(send_goal(peer, "/w/strict"))).start()
    goal = client.until("send_action_goal")
    for fields in (
        {"values": {"sequence": "x"}, "status": 4},
        {"values": {"nope": 1}, "status": 4},
        {"values": {}, "status": 2},
    ):
        client.send("action_result", action="/w/strict", id=goal["id"], result=True, **fields)
        assert client.until("status")["level"] == "error"
    client.send(
        "action_result", action="/w/strict", id=goal["id"], values={"sequence": []}, status=4, result=True
    )
    client.send("unadvertise_action", action="/w/strict")
    client.send("set_level", level="warning")
    client.send("unadvertise_action", action="/w/strict", id="again")
    assert client.until("status", id="again")["level"] == "warning"

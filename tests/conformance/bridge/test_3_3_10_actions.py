"""Sections 3.3.10 to 3.3.15: actions, asked for and carried out by clients."""

import pytest
from action_msgs.msg import GoalStatus
from test_msgs.action import Fibonacci

from tests.servers.bridge import wait_for

FIBONACCI = "/conformance/fibonacci"
KIND = "test_msgs/action/Fibonacci"


def goal(client, order, key="g", **fields):
    args = {"order": order}
    client.send("send_action_goal",
                **{"action": FIBONACCI, "action_type": KIND, "args": args, "id": key, **fields})  # fmt: skip


def done(future):
    wait_for(future.done, "the future is done")
    return future.result()


def test_a_goal_ends_with_its_result(client, fibonacci):
    """3.3.12 and 3.3.15: action, id, values, status and result come back."""
    goal(client, 3)
    answer = client.until("action_result")
    assert {name: answer[name] for name in ("action", "id", "status", "result")} == {
        "action": FIBONACCI, "id": "g", "status": 4, "result": True}  # fmt: skip
    assert answer["values"] == {"sequence": [0, 1, 1, 2, 3]}


@pytest.mark.parametrize("kind", ["test_msgs/Fibonacci", "test_msgs/action/Fibonacci"])
def test_both_spellings_of_a_type(client, fibonacci, kind):
    """3.3.12: action_type is the type of the action."""
    goal(client, 1, action_type=kind)
    assert client.until("action_result")["result"] is True


@pytest.mark.parametrize("args", [[3], {"order": 3}, [{"order": 3}]], ids=str)
def test_args_may_be_a_list_or_an_object(client, fibonacci, args):
    """3.3.12: args are a list of the arguments; clients send an object, too."""
    goal(client, 0, args=args)
    assert len(client.until("action_result")["values"]["sequence"]) == 5


def test_feedback_comes_when_asked_for(client, fibonacci):
    """3.3.12 and 3.3.14: with feedback, every feedback message of the goal comes."""
    goal(client, 5, feedback=True)
    client.until("action_result")
    feedback = [message for message in client.seen if message["op"] == "action_feedback"]
    assert [len(message["values"]["sequence"]) for message in feedback] == [3, 4, 5, 6, 7]
    assert all((message["id"], message["action"]) == ("g", FIBONACCI) for message in feedback)


@pytest.mark.parametrize("fields", [{}, {"feedback": False}], ids=str)
def test_no_feedback_by_default(client, fibonacci, fields):
    """3.3.12: feedback is false by default."""
    goal(client, 5, **fields)
    client.until("action_result")
    assert not any(message["op"] == "action_feedback" for message in client.seen)


def test_a_goal_that_is_refused(client, fibonacci):
    """3.3.15: result is false for failure."""
    goal(client, 0)
    assert client.until("action_result", id="g")["result"] is False


def test_a_goal_that_is_aborted(client, fibonacci):
    """3.3.15: status is that of action_msgs/GoalStatus."""
    goal(client, 99)
    assert client.until("action_result", id="g")["status"] == GoalStatus.STATUS_ABORTED


def test_a_goal_that_is_cancelled(client, fibonacci):
    """3.3.13: a goal under way is cancelled by its id; 3.3.15: the status says so."""
    goal(client, 1000)
    count = len(fibonacci.ids)
    wait_for(lambda: len(fibonacci.ids) > count or fibonacci.ids, "the goal is under way")
    client.send("cancel_action_goal", action=FIBONACCI, id="g")
    assert client.until("action_result", id="g")["status"] == GoalStatus.STATUS_CANCELED


def test_cancelling_one_leaves_the_other(client, fibonacci):
    """3.3.13: the id says which goal."""
    goal(client, 1000, "a")
    goal(client, 1000, "b")
    client.send("cancel_action_goal", action=FIBONACCI, id="a")
    assert client.until("action_result")["id"] == "a"
    client.send("cancel_action_goal", action=FIBONACCI, id="b")
    assert client.until("action_result")["id"] == "b"


@pytest.mark.parametrize("key", ["nobody", "", 5])
def test_cancelling_what_is_not_under_way(client, key, fibonacci):
    """3.3.13: the id must be that of a goal under way."""
    client.send("cancel_action_goal", action=FIBONACCI, id=key)
    assert client.until("status")["level"] == "error"


def test_goals_of_two_clients_with_one_id(connect, fibonacci):
    """3.3.12 with 1: an id distinguishes the goals of a client."""
    clients = [connect(), connect()]
    for number, client in enumerate(clients):
        goal(client, number + 1, "same")
    lengths = [len(client.until("action_result", id="same")["values"]["sequence"]) for client in clients]
    assert lengths == [3, 4]


def test_a_goal_may_have_no_id(client, fibonacci):
    """3.3.12: an id is optional."""
    client.send("send_action_goal", action=FIBONACCI, action_type=KIND, args={"order": 1})
    assert client.until("action_result")["result"] is True


@pytest.mark.parametrize("kind", ["nope/Nope", "test_msgs/Nope", "std_msgs/String", ""])
def test_an_unknown_type(client, kind):
    """3.3.12 with 3.2: the type has to exist."""
    goal(client, 1, action_type=kind)
    assert client.until("action_result", id="g")["result"] is False


def test_an_action_that_does_not_exist(client, action):
    """3.3.15: result is false for failure."""
    goal(client, 1, action=action)
    assert client.until("action_result", id="g")["result"] is False


@pytest.mark.parametrize("args", [{"order": "x"}, {"nope": 1}, [1, 2], "x"], ids=str)
def test_arguments_that_do_not_fit(client, fibonacci, args):
    """3.3.15: result is false for failure."""
    goal(client, 1, args=args)
    assert client.until("action_result", id="g")["result"] is False


# -- carried out by a client


def offered(client, peer, action, order=3, feedback=None):
    """Offer an action, send it a goal from ROS; give what the client got, and the future of the handle."""
    client.send("advertise_action", action=action, type=KIND)
    ros = peer.goal_client(action)
    future = ros.send_goal_async(Fibonacci.Goal(order=order), feedback_callback=feedback)
    return client.until("send_action_goal"), future


def test_a_client_carries_out_a_goal(client, peer, action):
    """3.3.10: goals come to the client as send_action_goal; 3.3.15: its result goes back."""
    request, future = offered(client, peer, action)
    assert (request["action"], request["args"]) == (action, {"order": 3})
    handle = done(future)
    assert handle.accepted
    result = handle.get_result_async()
    client.send(
        "action_result", action=action, id=request["id"], values={"sequence": [7]}, status=4, result=True
    )
    assert list(done(result).result.sequence) == [7]


def test_a_clients_feedback_reaches_ros(client, peer, action):
    """3.3.14: feedback of a goal, named by its id."""
    seen = []
    request, future = offered(client, peer, action, feedback=lambda message: seen.append(message.feedback))
    done(future)
    for number in range(3):
        client.send("action_feedback", action=action, id=request["id"], values={"sequence": [number]})
    wait_for(lambda: len(seen) == 3, "three feedback messages")
    assert [list(message.sequence) for message in seen] == [[0], [1], [2]]
    client.send("action_result", action=action, id=request["id"], values={}, status=4, result=True)


@pytest.mark.parametrize(("status", "result"), [(4, True), (5, True), (6, True), (6, False)])
def test_a_clients_status_reaches_ros(client, peer, action, status, result):
    """3.3.15: status is that of action_msgs/GoalStatus; result false is failure."""
    request, future = offered(client, peer, action)
    handle = done(future)
    if status == 5:
        done(handle.cancel_goal_async())
        client.until("cancel_action_goal", id=request["id"])
    ended = handle.get_result_async()
    client.send("action_result", action=action, id=request["id"], values={}, status=status, result=result)
    assert done(ended).status == status


def test_a_cancellation_reaches_the_client(client, peer, action):
    """3.3.13: it names the goal by the id that the client was given."""
    request, future = offered(client, peer, action)
    done(done(future).cancel_goal_async())
    assert client.until("cancel_action_goal")["id"] == request["id"]
    client.send("action_result", action=action, id=request["id"], values={}, status=5, result=True)


@pytest.mark.parametrize("op", ["action_feedback", "action_result"])
def test_a_goal_that_is_not_under_way(client, peer, action, op):
    """3.3.14 and 3.3.15: the id must be that of a goal under way."""
    client.send("advertise_action", action=action, type=KIND)
    client.send(op, action=action, id="nobody", values={}, status=4, result=True)
    assert client.until("status")["level"] == "error"


def test_values_that_do_not_fit(client, peer, action):
    """3.3.14 and 3.3.15 with 3.2: an error, and the goal goes on."""
    request, future = offered(client, peer, action)
    ended = done(future).get_result_async()
    for op in ("action_feedback", "action_result"):
        client.send(op, action=action, id=request["id"], values={"sequence": "x"}, status=4, result=True)
        assert client.until("status")["level"] == "error"
    client.send(
        "action_result", action=action, id=request["id"], values={"sequence": [1]}, status=4, result=True
    )
    assert list(done(ended).result.sequence) == [1]


def test_unadvertise_action_ends_it(client, peer, action):
    """3.3.11: the action is offered no longer."""
    client.send("advertise_action", action=action, type=KIND)
    ros = peer.goal_client(action)
    client.send("unadvertise_action", action=action)
    wait_for(lambda: not ros.server_is_ready(), "the action is gone")


def test_an_action_ends_with_its_client(connect, peer, action):
    """3.3.10: the client is the server; without it there is none."""
    client = connect()
    client.send("advertise_action", action=action, type=KIND)
    ros = peer.goal_client(action)
    client.close()
    wait_for(lambda: not ros.server_is_ready(), "the action is gone")


@pytest.mark.parametrize("kind", ["nope/Nope", "std_srvs/Empty", ""])
def test_an_action_of_an_unknown_type(client, action, kind):
    """3.3.10 with 3.2: the type has to exist."""
    client.send("advertise_action", action=action, type=kind, id="a")
    assert client.until("status", id="a")["level"] == "error"


def test_one_client_asks_another(connect, action):
    """3.3.10 with 3.3.12: an action of a client is a ROS action like any other."""
    server, caller = connect(), connect()
    server.send("advertise_action", action=action, type=KIND)
    server.sync()
    goal(caller, 2, action=action, feedback=True)
    request = server.until("send_action_goal")
    server.send("action_feedback", action=action, id=request["id"], values={"sequence": [1]})
    server.send(
        "action_result", action=action, id=request["id"], values={"sequence": [1, 2]}, status=4, result=True
    )
    assert caller.until("action_feedback")["values"] == {"sequence": [1]}
    assert caller.until("action_result")["values"] == {"sequence": [1, 2]}

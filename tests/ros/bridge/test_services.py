import threading

import pytest
from hristudio.srv import Decide, StopRobot
from std_srvs.srv import SetBool, Trigger
from test_msgs.srv import BasicTypes

from tests.servers.bridge import WAIT_S, Client, wait_for
from tests.servers.peer import Peer

# Well before a call's own timeout of 60 s, however slow the machine.
SOON_S = 20.0


def test_call_by_name_and_in_order(client, peer):
    peer.set_bool("/s/set")
    assert client.call("/s/set", {"data": True})["values"] == {"success": True, "message": "set"}
    assert client.call("/s/set", [False])["values"]["message"] == "cleared"
    assert client.call("/s/set")["values"]["message"] == "cleared"
    assert client.call("/s/set", [{"data": True}])["values"]["success"] is True


def test_our_own_interfaces(client, peer):
    def decide(request, response):
        response.accepted = request.client.acted_ns == 2**60 + 1
        response.seq = 2**63
        response.message = request.option
        return response

    peer.serve(Decide, "/s/decide", decide)
    args = {"prompt_id": "p", "option": "ja ✓", "client": {"acted_ns": 2**60 + 1}}
    values = client.call("/s/decide", args)["values"]
    assert (values["accepted"], values["seq"], values["message"]) == (True, 2**63, "ja ✓")


@pytest.mark.parametrize("key", ["text", 7, 0])
def test_ids_come_back_as_they_were(client, peer, key):
    client.send("call_service", service="/rosapi/get_time", id=key)
    assert client.until("service_response", id=key)["result"] is True


def test_no_id_no_id(client):
    client.send("call_service", service="/rosapi/get_time")
    assert "id" not in client.until("service_response")


def test_many_calls_at_once_on_one_connection(client, peer):
    peer.serve(BasicTypes, "/s/mirror", _mirror)
    for number in range(200):
        client.send("call_service", service="/s/mirror", id=str(number), args={"int32_value": number})
    answers = [client.until("service_response") for _ in range(200)]
    assert sorted(int(answer["id"]) for answer in answers) == list(range(200))
    assert all(answer["values"]["int32_value"] == int(answer["id"]) for answer in answers)


def _mirror(request, response):
    response.int32_value = request.int32_value
    return response


def test_same_ids_of_two_clients_do_not_meet(connect, peer):
    peer.serve(BasicTypes, "/s/mirror_two", _mirror)
    clients = [connect() for _ in range(3)]
    for number, client in enumerate(clients):
        client.send("call_service", service="/s/mirror_two", id="same", args={"int32_value": number})
    assert [client.until("service_response", id="same")["values"]["int32_value"] for client in clients] == [
        0,
        1,
        2,
    ]


def test_an_absent_service_is_answered(client):
    answer = client.call("/s/absent")
    assert answer["result"] is False
    assert "does not exist" in answer["values"]
    assert any(message["op"] == "status" and message["level"] == "error" for message in client.seen)


def test_an_absent_service_is_answered_soon_though_its_type_is_given(client):
    for _ in range(2):
        answer = client.call("/s/absent_typed", timeout=SOON_S, type="std_srvs/Trigger")
        assert answer["result"] is False


def test_wrong_arguments_are_answered_with_the_field(client, peer):
    peer.set_bool("/s/strict")
    for args, hint in (({"data": 1}, "data"), ({"nope": 1}, "nope"), ([True, 2], "at most 1"), ("x", "args")):
        answer = client.call("/s/strict", args)
        assert answer["result"] is False
        assert hint in answer["values"]


def test_a_timeout_is_kept(client, peer):
    release = threading.Event()

    def slow(_, response):
        release.wait(2 * WAIT_S)
        return response

    peer.serve(Trigger, "/s/slow", slow)
    client.send("call_service", service="/s/slow", id="slow", timeout=0.2)
    answer = client.until("service_response", id="slow")
    release.set()
    assert answer["result"] is False
    assert "did not answer within 0.2 s" in answer["values"]


def test_a_server_that_vanishes_is_told_of(client):
    # it is found, but never answers: nobody spins it
    silent = Peer("silent", spin=False)
    service = silent.node.create_service(Trigger, "/s/vanish", lambda _, response: response)
    wait_for(lambda: "/s/vanish" in client.call("/rosapi/services")["values"]["services"], "discovery")
    client.send("call_service", service="/s/vanish", id="v")
    assert [message for message in client.quiet(1.2) if message["op"] == "service_response"] == []
    silent.node.destroy_service(service)
    answer = client.until("service_response", id="v")
    silent.close()
    assert answer["result"] is False
    assert "went away" in answer["values"]


def test_a_slow_call_holds_nothing_up(client, peer):
    release = threading.Event()

    def slow(_, response):
        release.wait(2 * WAIT_S)
        return response

    peer.serve(Trigger, "/s/blocking", slow)
    client.send("call_service", service="/s/blocking", id="slow")
    assert client.call("/rosapi/get_time")["result"] is True
    release.set()
    assert client.until("service_response", id="slow")["result"] is True


def test_a_client_provides_a_service(client, peer):
    client.send("advertise_service", service="/s/provided", type="hristudio/StopRobot")
    answers = []
    caller = threading.Thread(
        target=lambda: answers.append(
            peer.call(StopRobot, "/s/provided", StopRobot.Request(actor="w", reason="r"))
        )
    )
    caller.start()
    request = client.until("call_service")
    assert request["service"] == "/s/provided"
    assert request["args"] == {"actor": "w", "reason": "r"}
    client.send(
        "service_response", service="/s/provided", id=request["id"], values={"stopped": True}, result=True
    )
    caller.join()
    assert answers[0].stopped is True
    client.send("unadvertise_service", service="/s/provided")
    client.send("set_level", level="warning")
    client.send("unadvertise_service", service="/s/provided", id="again")
    assert client.until("status", id="again")["level"] == "warning"


def test_one_client_calls_what_another_provides(connect):
    server, caller = connect(), connect()
    server.send("advertise_service", service="/s/between", type="std_srvs/SetBool")
    server.sync()
    caller.send("call_service", service="/s/between", id="c", args={"data": True})
    request = server.until("call_service")
    server.send(
        "service_response",
        service="/s/between",
        id=request["id"],
        values={"success": True, "message": "m"},
        result=True,
    )
    assert caller.until("service_response", id="c")["values"] == {"success": True, "message": "m"}


def test_a_response_nobody_waits_for_is_refused(client):
    client.send("service_response", service="/s/unasked", id="x", values={}, result=True)
    assert client.until("status", level="error")
    client.send("advertise_service", service="/s/asked", type="std_srvs/Trigger")
    client.send("service_response", service="/s/asked", id="x", values={}, result=True)
    assert "no request" in client.until("status", level="error")["msg"]


def test_a_provider_may_advertise_again_and_be_taken_over(connect, peer):
    first, second = connect(), connect()
    first.send("set_level", level="warning")
    for client in (first, first, second):
        client.send("advertise_service", service="/s/taken", type="std_srvs/SetBool")
        client.sync()
    assert "taken over" in first.until("status", level="warning")["msg"]
    caller = threading.Thread(target=lambda: peer.call(SetBool, "/s/taken", SetBool.Request()))
    caller.start()
    request = second.until("call_service")
    second.send("service_response", service="/s/taken", id=request["id"], values={}, result=True)
    caller.join()


def test_a_provided_service_ends_with_the_connection(bridge, peer):
    with Client(bridge.url) as client:
        client.send("advertise_service", service="/s/orphan", type="std_srvs/Trigger")
        client.sync()
        probe = peer.node.create_client(Trigger, "/s/orphan")
        assert probe.wait_for_service(WAIT_S)
    wait_for(lambda: not probe.service_is_ready(), "the service is gone")


def test_responses_in_fragments(client, peer):
    client.send("call_service", service="/rosapi/services", id="f", fragment_size=50)
    parts = [client.until("fragment")]
    while len(parts) < parts[0]["total"]:
        parts.append(client.until("fragment", id=parts[0]["id"]))
    assert '"op":"service_response"' in "".join(part["data"] for part in parts)

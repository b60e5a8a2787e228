"""Sections 3.3.6 to 3.3.9: services, called and offered by clients."""

import threading

import pytest
from std_srvs.srv import Empty, SetBool, Trigger
from test_msgs.srv import BasicTypes

from tests.servers.bridge import WAIT_S, wait_for


def calling(peer, interface, name, request):
    """Call a service from ROS in a thread; give thread and answers."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(peer.call(interface, name, request)), daemon=True)
    thread.start()
    return thread, answers


def test_a_service_is_called_and_answers(client, peer, service):
    """3.3.8 and 3.3.9: it calls a service; service, values and result come back."""
    peer.set_bool(service)
    client.send("call_service", service=service, args={"data": True}, id="c")
    answer = client.until("service_response")
    assert answer == {"op": "service_response", "id": "c", "service": service, "result": True,
                      "values": {"success": True, "message": "set"}}  # fmt: skip


@pytest.mark.parametrize("args", [[True], {"data": True}, [{"data": True}]], ids=str)
def test_args_may_be_a_list_or_an_object(client, peer, service, args):
    """3.3.8: args are a list of the arguments; clients send an object, too."""
    peer.set_bool(service)
    assert client.call(service, args)["values"]["success"] is True


@pytest.mark.parametrize("fields", [{}, {"args": []}, {"args": {}}, {"args": None}], ids=str)
def test_a_service_without_arguments(client, peer, service, fields):
    """3.3.8: args may be left out or empty."""
    peer.serve(Trigger, service, lambda _, response: response)
    client.send("call_service", service=service, id="c", **fields)
    assert client.until("service_response", id="c")["result"] is True


def test_a_service_without_values(client, peer, service):
    """3.3.9: without return values, values may be left out."""
    peer.serve(Empty, service, lambda _, response: response)
    client.send("call_service", service=service, id="c")
    answer = client.until("service_response", id="c")
    assert answer["result"] is True
    assert not answer.get("values")


def test_a_call_without_id(client, peer, service):
    """3.3.8 and 3.3.9: an id is optional."""
    peer.set_bool(service)
    client.send("call_service", service=service, args=[True])
    assert "id" not in client.until("service_response")


def test_several_calls_are_told_apart_by_id(client, peer, service):
    """3.3.8: an id distinguishes calls."""

    def mirror(request, response):
        response.int32_value = request.int32_value
        return response

    peer.serve(BasicTypes, service, mirror)
    for number in range(20):
        client.send("call_service", service=service, id=f"c{number}", args={"int32_value": number})
    for _ in range(20):
        client.until("service_response")
    answers = {message["id"]: message["values"]["int32_value"] for message in client.seen}
    assert answers == {f"c{number}": number for number in range(20)}


def test_every_kind_of_argument_and_value(client, peer, service):
    """3.3.8 and 3.3.9: args and values are JSON."""

    def mirror(request, response):
        for name in response.get_fields_and_field_types():
            setattr(response, name, getattr(request, name))
        return response

    peer.serve(BasicTypes, service, mirror)
    args = {
        "bool_value": True, "byte_value": 255, "char_value": 97, "float32_value": 1.5, "float64_value": 0.1,
        "int8_value": -128, "uint8_value": 255, "int16_value": -32768, "uint16_value": 65535,
        "int32_value": -(2**31), "uint32_value": 2**32 - 1, "int64_value": -(2**63),
        "uint64_value": 2**64 - 1, "string_value": "ünï ✓",
    }  # fmt: skip
    assert client.call(service, args)["values"] == args


def test_a_service_that_does_not_exist(client, service):
    """3.3.9: result is false for failure."""
    assert client.call(service)["result"] is False


@pytest.mark.parametrize("args", [{"data": 1}, {"nope": 1}, [True, True], "x", {"data": None}], ids=str)
def test_arguments_that_do_not_fit(client, peer, service, args):
    """3.3.9: result is false for failure."""
    peer.set_bool(service)
    assert client.call(service, args)["result"] is False


def test_a_slow_service_holds_nothing_up(client, peer, service):
    """3.3.8: an id distinguishes calls, so several may be under way."""
    release = threading.Event()

    def slow(_, response):
        release.wait(2 * WAIT_S)
        return response

    peer.serve(Trigger, service, slow)
    client.send("call_service", service=service, id="slow")
    client.send("call_service", service="/rosapi/get_time", id="quick")
    assert client.until("service_response")["id"] == "quick"
    release.set()
    client.until("service_response", id="slow")


def test_a_client_offers_a_service(client, peer, service):
    """3.3.6: requests come to the client as call_service; 3.3.9: its response goes back."""
    client.send("advertise_service", service=service, type="std_srvs/SetBool")
    thread, answers = calling(peer, SetBool, service, SetBool.Request(data=True))
    request = client.until("call_service")
    assert request["service"] == service
    assert request["args"] == {"data": True}
    client.send("service_response", service=service, id=request["id"], result=True,
                values={"success": True, "message": "from the client"})  # fmt: skip
    thread.join()
    assert answers[0].message == "from the client"


def test_a_response_without_values(client, peer, service):
    """3.3.9: values may be left out where there are none."""
    client.send("advertise_service", service=service, type="std_srvs/Empty")
    thread, answers = calling(peer, Empty, service, Empty.Request())
    request = client.until("call_service")
    client.send("service_response", service=service, id=request["id"], result=True)
    thread.join()
    assert len(answers) == 1


def test_each_request_has_an_id_of_its_own(client, peer, service):
    """3.3.9: a response names its request by id, in any order."""
    client.send("advertise_service", service=service, type="std_srvs/SetBool")
    calls = [calling(peer, SetBool, service, SetBool.Request(data=flag)) for flag in (True, False)]
    requests = [client.until("call_service") for _ in calls]
    assert requests[0]["id"] != requests[1]["id"]
    for request in reversed(requests):
        client.send("service_response", service=service, id=request["id"], result=True,
                    values={"success": request["args"]["data"], "message": ""})  # fmt: skip
    for (thread, answers), flag in zip(calls, (True, False), strict=True):
        thread.join()
        assert answers[0].success is flag


@pytest.mark.parametrize("kind", ["nope/Nope", "std_srvs/Nope", "std_msgs/String", ""])
def test_an_unknown_type_is_refused(client, peer, service, kind):
    """3.3.6 with 3.2: the type has to exist."""
    client.send("advertise_service", service=service, type=kind, id="a")
    assert client.until("status", id="a")["level"] == "error"


def test_a_response_that_does_not_fit(client, peer, service):
    """3.3.9 with 3.2: values have to fit the type; the request still waits."""
    client.send("advertise_service", service=service, type="std_srvs/SetBool")
    thread, answers = calling(peer, SetBool, service, SetBool.Request())
    request = client.until("call_service")
    client.send("service_response", service=service, id=request["id"], values={"success": 5}, result=True)
    assert client.until("status")["level"] == "error"
    client.send("service_response", service=service, id=request["id"], values={"success": True}, result=True)
    thread.join()
    assert answers[0].success is True


def test_a_response_that_nobody_waits_for(client, service):
    """3.3.9 with 3.2: the id is that of a request."""
    client.send("advertise_service", service=service, type="std_srvs/Empty")
    client.send("service_response", service=service, id="unasked", values={}, result=True)
    assert client.until("status")["level"] == "error"


def test_unadvertise_ends_it(client, peer, service):
    """3.3.7: the service is offered no longer."""
    client.send("advertise_service", service=service, type="std_srvs/Trigger")
    probe = peer.node.create_client(Trigger, service)
    assert probe.wait_for_service(WAIT_S)
    client.send("unadvertise_service", service=service)
    wait_for(lambda: not probe.service_is_ready(), "the service is gone")


def test_a_service_may_be_offered_again(client, peer, service):
    """3.3.6 with 3.3.7: after unadvertise, anew."""
    probe = peer.node.create_client(Empty, service)
    client.send("advertise_service", service=service, type="std_srvs/Empty")
    assert probe.wait_for_service(WAIT_S)
    client.send("unadvertise_service", service=service)
    wait_for(lambda: not probe.service_is_ready(), "the service is gone")
    client.send("advertise_service", service=service, type="std_srvs/Empty")
    assert probe.wait_for_service(WAIT_S)
    thread, answers = calling(peer, Empty, service, Empty.Request())
    request = client.until("call_service")
    client.send("service_response", service=service, id=request["id"], values={}, result=True)
    thread.join()
    assert answers


def test_a_service_ends_with_its_client(connect, peer, service):
    """3.3.6: the client is the server; without it there is none."""
    client = connect()
    client.send("advertise_service", service=service, type="std_srvs/Trigger")
    probe = peer.node.create_client(Trigger, service)
    assert probe.wait_for_service(WAIT_S)
    client.close()
    wait_for(lambda: not probe.service_is_ready(), "the service is gone")


def test_one_client_calls_another(connect, service):
    """3.3.6 with 3.3.8: a service of a client is a ROS service like any other."""
    server, caller = connect(), connect()
    server.send("advertise_service", service=service, type="std_srvs/SetBool")
    server.sync()
    caller.send("call_service", service=service, id="c", args={"data": True})
    request = server.until("call_service")
    server.send("service_response", service=service, id=request["id"], values={"message": "m"}, result=True)
    assert caller.until("service_response", id="c")["values"]["message"] == "m"

"""What every gateway promises, on the double and through the real bridge to a real ROS node."""

import threading
from collections.abc import Iterator

import pytest

from hristudio_web.errors import CallFailed, LinkDown
from hristudio_web.gateway import Gateway, Link
from tests.servers.graph_side import MemorySide, RosSide, Side
from tests.servers.waiting import WAIT_S, until

STRING = "std_msgs/msg/String"
STOP = "hristudio/srv/StopRobot"
GESTURE = "hristudio/action/Gesture"


@pytest.fixture(scope="module", params=[MemorySide, RosSide], ids=["memory", "rosbridge"])
def shared_side(request: pytest.FixtureRequest) -> Iterator[Side]:
    side = request.param()
    yield side
    side.close()


@pytest.fixture
def side(shared_side: Side) -> Iterator[Side]:
    shared_side.release.clear()
    shared_side.goals_done.clear()
    yield shared_side
    shared_side.release.set()


@pytest.fixture
def gateway(side: Side) -> Iterator[Gateway]:
    made = side.gateway()
    made.start()
    until(lambda: made.link.up, "the link")
    yield made
    made.close()


def call(gateway: Gateway, service: str, reason: str = "") -> dict:
    return dict(gateway.call(service, STOP, {"actor": "me", "reason": reason}).result(WAIT_S))


def test_a_service_answers_with_its_fields(gateway: Gateway) -> None:
    answer = call(gateway, "/echo", "façade")
    assert answer == {"accepted": True, "message": "façade", "stopped": False, "stopped_ns": 0}


def test_an_absent_service_fails_and_says_which(gateway: Gateway) -> None:
    with pytest.raises(CallFailed, match="/absent"):
        call(gateway, "/absent")


def test_a_slow_service_holds_up_no_other(gateway: Gateway, side: Side) -> None:
    slow = gateway.call("/slow", STOP, {"actor": "", "reason": "late"})
    assert call(gateway, "/echo", "quick")["message"] == "quick"
    assert not slow.done()
    side.release.set()
    assert slow.result(WAIT_S)["message"] == "late"


def test_answers_find_their_callers(gateway: Gateway) -> None:
    futures = {n: gateway.call("/echo", STOP, {"actor": "", "reason": str(n)}) for n in range(30)}
    assert {n: future.result(WAIT_S)["message"] for n, future in futures.items()} == {
        n: str(n) for n in range(30)
    }


def test_a_cancelled_call_is_forgotten(gateway: Gateway, side: Side) -> None:
    slow = gateway.call("/slow", STOP, {"actor": "", "reason": "unwanted"})
    assert slow.cancel()
    side.release.set()
    assert call(gateway, "/echo", "next")["message"] == "next"


def test_all_who_listen_hear_in_order(gateway: Gateway, side: Side) -> None:
    one, two = [], []
    gateway.subscribe("/heard", STRING, one.append)
    gateway.subscribe("/heard", STRING, two.append)
    for n in range(20):
        side.publish("/heard", str(n))
    until(lambda: len(one) >= 20 and len(two) >= 20, "twenty messages")
    assert [message["data"] for message in one[-20:]] == [str(n) for n in range(20)]
    assert one[-20:] == two[-20:]


def test_who_comes_later_gets_what_is_kept(gateway: Gateway, side: Side) -> None:
    side.publish("/kept", "now")
    early, late = [], []
    gateway.subscribe("/kept", STRING, early.append)
    until(lambda: {"data": "now"} in early, "the latched message")
    gateway.subscribe("/kept", STRING, late.append)
    until(lambda: late == [{"data": "now"}], "the latched message again")


def test_who_has_left_hears_nothing(gateway: Gateway, side: Side) -> None:
    gone, here = [], []
    stop = gateway.subscribe("/heard", STRING, gone.append)
    gateway.subscribe("/heard", STRING, here.append)
    stop()
    stop()
    gone.clear()
    side.publish("/heard", "after")
    until(lambda: {"data": "after"} in here, "a message")
    assert gone == []


def test_a_listener_that_fails_stops_nobody(gateway: Gateway, side: Side) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("a listener's own fault")

    heard = []
    gateway.subscribe("/heard", STRING, fail)
    gateway.subscribe("/heard", STRING, heard.append)
    side.publish("/heard", "one")
    side.publish("/heard", "two")
    until(lambda: {"data": "two"} in heard, "a message")
    assert {"data": "one"} in heard


def test_a_goal_tells_how_it_goes_and_ends(gateway: Gateway, side: Side) -> None:
    feedback = []
    future = gateway.send_goal("/gesture", GESTURE, {"name": "wave", "speed": 1.0}, feedback.append)
    until(lambda: feedback, "feedback")
    assert feedback[0] == {"progress": 0.5, "keyframe": "up"}
    assert not future.done()
    side.release.set()
    result = future.result(WAIT_S)
    assert result.values == {"completed": True, "message": "wave"}
    assert result.status == 4


def test_a_goal_that_is_refused_fails(gateway: Gateway) -> None:
    with pytest.raises(CallFailed, match="/gesture"):
        gateway.send_goal("/gesture", GESTURE, {"name": "no"}, lambda _: None).result(WAIT_S)


def test_an_absent_action_fails(gateway: Gateway) -> None:
    with pytest.raises(CallFailed, match="/nowhere"):
        gateway.send_goal("/nowhere", GESTURE, {"name": "x"}, lambda _: None).result(WAIT_S)


def test_a_goal_outlives_the_gateway_that_sent_it(side: Side) -> None:
    gateway = side.gateway()
    gateway.start()
    until(lambda: gateway.link.up, "the link")
    feedback = threading.Event()
    future = gateway.send_goal("/gesture", GESTURE, {"name": "alone", "speed": 1.0}, lambda _: feedback.set())
    assert feedback.wait(WAIT_S)
    gateway.close()
    with pytest.raises(LinkDown):
        future.result(WAIT_S)
    side.release.set()
    until(lambda: side.goals_done == ["alone"], "the goal's end")


def test_a_lost_link_fails_what_waits_then_mends(gateway: Gateway, side: Side) -> None:
    links: list[Link] = []
    heard = []
    gateway.watch_link(links.append)
    gateway.subscribe("/kept", STRING, heard.append)
    slow = gateway.call("/slow", STOP, {"actor": "", "reason": "lost"})
    side.cut()
    with pytest.raises(LinkDown):
        slow.result(WAIT_S)
    until(lambda: not gateway.link.up, "the link's end")
    with pytest.raises(LinkDown):
        call(gateway, "/echo")
    assert gateway.link.detail
    side.mend()
    until(lambda: gateway.link.up, "the link's return")
    side.publish("/kept", "again")
    until(lambda: {"data": "again"} in heard, "a message by a subscription from before")
    ups = [link.up for link in links]
    assert ups[0]
    assert ups[-1]
    assert False in ups


def test_a_closed_gateway_fails_what_waits(side: Side) -> None:
    gateway = side.gateway()
    gateway.start()
    until(lambda: gateway.link.up, "the link")
    slow = gateway.call("/slow", STOP, {"actor": "", "reason": ""})
    gateway.close()
    with pytest.raises(LinkDown):
        slow.result(WAIT_S)
    assert not gateway.link.up

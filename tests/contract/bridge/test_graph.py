"""What the bridge relies on, held against ROS and against the double."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest
import rclpy
from rclpy.context import Context
from rclpy.signals import SignalHandlerOptions

from hristudio_bridge.graph import Quality
from hristudio_bridge.graph_memory import MemoryGraph
from hristudio_bridge.graph_ros import RosCensus, RosGraph
from hristudio_bridge.interfaces import Interfaces
from tests.servers.waiting import WAIT_S

INTERFACES = Interfaces()
TEXT = INTERFACES.message("std_msgs/String")
SWITCH = INTERFACES.service("std_srvs/SetBool")


def now():
    return (0, 0)


def text(value):
    return TEXT.write({"data": value}, now)


class _Ros:
    """Two nodes in one context: what one does the other sees through ROS."""

    def __init__(self):
        self.context = Context()
        rclpy.init(context=self.context, signal_handler_options=SignalHandlerOptions.NO)

    @asynccontextmanager
    async def graphs(self) -> AsyncIterator[tuple[Any, Any]]:
        node = rclpy.create_node("contract", context=self.context)
        graph = RosGraph(node, asyncio.get_running_loop())
        graph.start()
        try:
            yield graph, RosCensus(node)
        finally:
            graph.stop()
            node.destroy_node()


class _Memory:
    @asynccontextmanager
    async def graphs(self) -> AsyncIterator[tuple[Any, Any]]:
        graph = MemoryGraph()
        yield graph, graph


@pytest.fixture(scope="module", params=["ros", "memory"])
def world(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "memory":
        yield _Memory()
        return
    ros = _Ros()
    yield ros
    ros.context.try_shutdown()


async def until(condition: Callable[[], Any], what: str = "") -> None:
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.002)


def run(world, scenario):
    async def inside():
        async with world.graphs() as (graph, census):
            await scenario(graph, census)

    # In a thread of its own: a browser's tests leave a loop in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, inside()).result()


def ignore(_):
    pass


def test_samples_in_order_with_rising_stamps(world):
    async def scenario(graph, _):
        got = []
        subscription = graph.subscribe(
            "/c/order", TEXT.message, Quality(depth=500), lambda raw, stamp: got.append((raw, stamp)), ignore
        )
        publication = graph.advertise("/c/order", TEXT.message, Quality(depth=500))
        await until(subscription.matched)
        for number in range(300):
            publication.publish(text(str(number)))
        await until(lambda: len(got) == 300, f"{len(got)} of 300")
        assert [TEXT.read_json(raw)["data"] for raw, _ in got] == [str(number) for number in range(300)]
        assert [stamp for _, stamp in got] == sorted(stamp for _, stamp in got)

    run(world, scenario)


def test_latched_history_reaches_late_subscriptions(world):
    async def scenario(graph, _):
        publication = graph.advertise("/c/latched", TEXT.message, Quality(latched=True, depth=2))
        for value in "abc":
            publication.publish(text(value))
        got, plain = [], []
        graph.subscribe(
            "/c/latched",
            TEXT.message,
            Quality(latched=True),
            lambda raw, _: got.append(TEXT.read_json(raw)["data"]),
            ignore,
        )
        volatile = graph.subscribe(
            "/c/latched", TEXT.message, Quality(), lambda raw, _: plain.append(raw), ignore
        )
        await until(lambda: got == ["b", "c"])
        await until(volatile.matched)
        assert plain == []

    run(world, scenario)


@pytest.mark.parametrize(
    ("offered", "asked", "durability"),
    [(Quality(), Quality(latched=True), True), (Quality(reliable=False), Quality(), False)],
)
def test_less_than_asked_is_told_and_not_heard(world, offered, asked, durability):
    async def scenario(graph, _):
        told = []
        graph.subscribe("/c/less", TEXT.message, asked, lambda *_: told.append("sample"), told.append)
        publication = graph.advertise("/c/less", TEXT.message, offered)
        await until(lambda: told)
        publication.publish(text("x"))
        assert told == [durability]

    run(world, scenario)


def test_calls_are_answered_at_any_later_time(world):
    async def scenario(graph, _):
        waiting = []
        server = graph.serve("/c/late", SWITCH.interface, lambda raw, respond: waiting.append((raw, respond)))
        client = graph.client("/c/late", SWITCH.interface)
        await until(client.ready)
        answers = []
        for flag in (True, False):
            client.call(
                SWITCH.request.write({"data": flag}, now),
                lambda raw: answers.append(SWITCH.response.read_json(raw)["message"]),
            )
        await until(lambda: len(waiting) == 2)
        for raw, respond in reversed(waiting):
            respond(SWITCH.response.write({"message": str(SWITCH.request.read_json(raw)["data"])}, now))
        await until(lambda: len(answers) == 2)
        assert answers == ["False", "True"]
        server.close()
        await until(lambda: not client.ready())

    run(world, scenario)


def test_a_forgotten_call_brings_nothing(world):
    async def scenario(graph, _):
        graph.serve("/c/forget", SWITCH.interface, lambda _, respond: respond(SWITCH.response.write({}, now)))
        client = graph.client("/c/forget", SWITCH.interface)
        await until(client.ready)
        answers = []
        forget = client.call(SWITCH.request.write({}, now), lambda _: answers.append("forgotten"))
        forget()
        client.call(SWITCH.request.write({}, now), lambda _: answers.append("kept"))
        await until(lambda: answers)
        assert answers == ["kept"]

    run(world, scenario)


def test_entities_made_and_closed_in_callbacks(world):
    async def scenario(graph, _):
        got = []

        def chain(raw, _):
            got.append(TEXT.read_json(raw)["data"])
            first.close()
            graph.subscribe(
                "/c/second",
                TEXT.message,
                Quality(latched=True),
                lambda raw, _: got.append(TEXT.read_json(raw)["data"]),
                ignore,
            )

        first = graph.subscribe("/c/first", TEXT.message, Quality(latched=True), chain, ignore)
        graph.advertise("/c/second", TEXT.message, Quality(latched=True)).publish(text("two"))
        graph.advertise("/c/first", TEXT.message, Quality(latched=True)).publish(text("one"))
        await until(lambda: got == ["one", "two"])

    run(world, scenario)


def test_closed_entities_leave_the_census(world):
    async def scenario(graph, census):
        ends = [
            graph.advertise("/c/census", TEXT.message, Quality(latched=True)),
            graph.subscribe("/c/census", TEXT.message, Quality(reliable=False), lambda *_: None, ignore),
            graph.serve("/c/served", SWITCH.interface, lambda *_: None),
        ]
        await until(
            lambda: (
                census.publishers("/c/census")
                and census.subscribers("/c/census")
                and "/c/served" in census.services()
            )
        )
        assert census.topics()["/c/census"] == ["std_msgs/msg/String"]
        assert census.services()["/c/served"] == ["std_srvs/srv/SetBool"]
        publisher, subscriber = census.publishers("/c/census")[0], census.subscribers("/c/census")[0]
        assert (publisher.quality.latched, publisher.type) == (True, "std_msgs/msg/String")
        assert subscriber.quality.reliable is False
        node = publisher.node
        assert node in census.nodes()
        assert "/c/census" in census.node_topics(node)[0]
        assert "/c/census" in census.node_topics(node)[1]
        assert "/c/served" in census.node_services(node)
        assert census.node_topics("/ghost") == ([], [])
        assert census.node_services("/ghost") == {}
        for end in (*ends, *ends):
            end.close()
        await until(lambda: "/c/census" not in census.topics() and "/c/served" not in census.services())

    run(world, scenario)


def test_a_service_with_callers_only_is_not_there(world):
    async def scenario(graph, census):
        client = graph.client("/c/wanted", SWITCH.interface)
        marker = graph.serve("/c/marker", SWITCH.interface, lambda *_: None)
        await until(lambda: "/c/marker" in census.services())
        assert "/c/wanted" not in census.services()
        assert not client.ready()
        marker.close()

    run(world, scenario)


def test_a_callback_that_raises_ends_nothing(world, capfd):
    async def scenario(graph, _):
        got = []

        def fail(raw, _):
            got.append(raw)
            if len(got) == 1:
                raise ZeroDivisionError

        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda *_: None)
        subscription = graph.subscribe("/c/raise", TEXT.message, Quality(), fail, ignore)
        publication = graph.advertise("/c/raise", TEXT.message, Quality())
        await until(subscription.matched)
        publication.publish(text("a"))
        await until(lambda: len(got) == 1)
        publication.publish(text("b"))
        await until(lambda: len(got) == 2)

    run(world, scenario)

"""Services, actions, connecting, resting."""

import asyncio
import time
from functools import partial

import orjson

from benchmarks.bridge.bench import Bench, WebClient, result_of
from benchmarks.bridge.streams import pair
from benchmarks.figure import Figure

TOGETHER_S = 2.0


async def calls(bench: Bench) -> list[Figure]:
    kind = bench.interfaces.service("std_srvs/SetBool")
    answer = kind.response.write({"success": True}, bench.graph.now)
    server = bench.graph.serve("/set", kind.interface, lambda _, respond: respond(answer))
    client = await bench.client()
    times = []
    for number in range(300):
        reply = client.expect(b"service_response")
        start = time.perf_counter()
        client.send("call_service", service="/set", args={"data": True}, id=str(number))
        assert result_of(await asyncio.wait_for(reply, 10))
        times.append((time.perf_counter() - start) * 1e3)
    one = await _together([client], 10)
    ten = await _together([await bench.client() for _ in range(10)], 1)
    server.close()
    bench.clear()
    return [
        *pair("service call", times[1:], 2.2, 5.0),
        Figure("service calls, 10 callers on 1 connection", one, "calls/s", ">= 1,000", one >= 1000),
        Figure("service calls, 10 callers on 10 connections", ten, "calls/s", ">= 1,000", ten >= 1000),
    ]


async def _together(clients: list[WebClient], each: int) -> float:
    """Let every client have some calls under way for a while; give the answers a second."""
    begin, done = time.perf_counter(), 0

    def call(client: WebClient) -> None:
        client.send("call_service", service="/set", args={"data": True}, id="together")

    def answered(client: WebClient, frame: bytes) -> None:
        nonlocal done
        if b'"service_response"' in frame:
            done += result_of(frame)
            call(client)

    for client in clients:
        client.on_frame = partial(answered, client)
        for _ in range(each):
            call(client)
    await asyncio.sleep(TOGETHER_S)
    rate = done / (time.perf_counter() - begin)
    for client in clients:
        client.on_frame = lambda _: None
    return rate


async def provided(bench: Bench) -> list[Figure]:
    kind = bench.interfaces.service("std_srvs/SetBool")
    client = await bench.client()

    def answer(frame: bytes) -> None:
        request = orjson.loads(frame)
        if request["op"] == "call_service":
            client.send(
                "service_response", service="/web", id=request["id"], values={"success": True}, result=True
            )

    client.send("advertise_service", service="/web", type="std_srvs/SetBool")
    await client.sync()
    client.on_frame = answer
    caller = bench.graph.client("/web", kind.interface)
    await bench.until(caller.ready)
    request = kind.request.write({"data": True}, bench.graph.now)
    times = []
    for _ in range(200):
        done: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        start = time.perf_counter()
        caller.call(request, done.set_result)
        await asyncio.wait_for(done, 5)
        times.append((time.perf_counter() - start) * 1e3)
    caller.close()
    bench.clear()
    return pair("ROS calls a service of a client", times[1:], 1.5, 4)


async def connecting(bench: Bench) -> list[Figure]:
    times = []
    for _ in range(50):
        start = time.perf_counter()
        client = await bench.client()
        times.append((time.perf_counter() - start) * 1e3)
        client.close()
    bench.clear()
    return pair("connect", times, 5, 15)


async def resting(bench: Bench) -> list[Figure]:
    await asyncio.sleep(1)
    before = bench.server.processor_s()
    await asyncio.sleep(4)
    share = 100 * (bench.server.processor_s() - before) / 4
    memory = bench.server.memory_mb()
    return [
        Figure("at rest: processor", share, "% of a core", "<= 1 %", share <= 1),
        Figure("at rest: memory", memory, "MB", "<= 80 MB", memory <= 80),
    ]

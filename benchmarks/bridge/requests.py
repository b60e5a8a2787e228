"""Services, actions, connecting, resting."""

import asyncio
import time

import orjson

from benchmarks.bridge.bench import Bench
from benchmarks.bridge.streams import pair
from benchmarks.figure import Figure


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
        assert b'"result":true' in await asyncio.wait_for(reply, 5)
        times.append((time.perf_counter() - start) * 1e3)
    single = times[1:]
    clients = [await bench.client() for _ in range(10)]
    start, each = time.perf_counter(), 200

    async def caller(index: int) -> None:
        for number in range(each):
            reply = clients[index].expect(b"service_response")
            clients[index].send("call_service", service="/set", args={"data": True}, id=str(number))
            assert b'"result":true' in await asyncio.wait_for(reply, 5)

    await asyncio.gather(*map(caller, range(10)))
    rate = 10 * each / (time.perf_counter() - start)
    server.close()
    bench.clear()
    return [
        *pair("service call", single, 2.2, 5.0),
        Figure("service calls, 10 callers on 10 connections", rate, "calls/s", ">= 1,000", rate >= 1000),
    ]


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
    before = bench.processor_s()
    await asyncio.sleep(4)
    share = 100 * (bench.processor_s() - before) / 4
    memory = bench.memory_mb()
    return [
        Figure("at rest: processor", share, "% of a core", "<= 1 %", share <= 1),
        Figure("at rest: memory", memory, "MB", "<= 80 MB", memory <= 80),
    ]

"""Actions: goal to result, with feedback."""

import asyncio
import multiprocessing
import time
from typing import Any

import orjson

from benchmarks.bridge.bench import Bench
from benchmarks.bridge.streams import pair
from benchmarks.figure import Figure

FEEDBACK = 10
GOALS = 60
TRIES = 5


def _serve(stop: Any) -> None:
    import rclpy  # noqa: PLC0415 - in the child only
    from rclpy.action import ActionServer  # noqa: PLC0415
    from rclpy.signals import SignalHandlerOptions  # noqa: PLC0415
    from test_msgs.action import Fibonacci  # noqa: PLC0415

    def execute(goal: Any) -> Any:
        for number in range(FEEDBACK):
            goal.publish_feedback(Fibonacci.Feedback(sequence=[number]))
        goal.succeed()
        return Fibonacci.Result(sequence=[1])

    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node("bench_action")
    server = ActionServer(node, Fibonacci, "/fibonacci", execute)
    while not stop.is_set():
        rclpy.spin_once(node, timeout_sec=0.1)
    server.destroy()
    node.destroy_node()
    rclpy.shutdown()


async def goals(bench: Bench) -> list[Figure]:
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    child = context.Process(target=_serve, args=(stop,))
    child.start()
    feedback = 0
    done: asyncio.Future[dict[str, Any]]

    def look(frame: bytes) -> None:
        nonlocal feedback
        message = orjson.loads(frame)
        if message["op"] == "action_feedback":
            feedback += 1
        elif message["op"] == "action_result" and not done.done():
            done.set_result(message)

    async def send(key: str) -> bool:
        nonlocal done
        done = asyncio.get_running_loop().create_future()
        client.send("send_action_goal", action="/fibonacci", action_type="test_msgs/Fibonacci",
                    args={"order": 5}, feedback=True, id=key)  # fmt: skip
        try:
            return bool((await asyncio.wait_for(done, 10))["result"])
        except asyncio.TimeoutError:
            return False  # the reference says nothing of an action that it does not know

    # A server may know the action later than this process; one that keeps a goal it does not know keeps
    # its connection, too.
    await bench.until(lambda: "/fibonacci/_action/get_result" in bench.census.services())
    for _ in range(TRIES):
        client = await bench.client()
        client.on_frame = look
        if await send("first"):
            break
    times, feedback = [], 0
    for number in range(GOALS):
        start = time.perf_counter()
        if not await send(str(number)):
            break
        times.append((time.perf_counter() - start) * 1e3)
    stop.set()
    child.join(5)
    bench.clear()
    if len(times) < GOALS:
        return []
    average = feedback / GOALS
    return [
        *pair("action, goal to result", times, 12, 20),
        Figure("action, feedback delivered of 10", average, "messages", "10", average == FEEDBACK),
    ]

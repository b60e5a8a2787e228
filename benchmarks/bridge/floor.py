"""What ROS alone takes for the same messages, from this process to another: no bridge is faster."""

import multiprocessing
from typing import Any

from benchmarks.bridge.bench import Bench
from benchmarks.bridge.streams import MESSAGES, RELIABLE, age_ms, publish_paced
from benchmarks.figure import Figure, percentile


def _listen(pipe: Any) -> None:
    import rclpy  # noqa: PLC0415 - in the child only
    from rclpy.signals import SignalHandlerOptions  # noqa: PLC0415
    from std_msgs.msg import String  # noqa: PLC0415

    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    node = rclpy.create_node("bench_floor")
    ages: list[float] = []
    node.create_subscription(String, "/floor", lambda raw: ages.append(age_ms(raw)), 100, raw=True)
    while len(ages) < MESSAGES and not pipe.poll():
        rclpy.spin_once(node, timeout_sec=0.1)
    pipe.send(ages)
    node.destroy_node()
    rclpy.shutdown()


async def floor(bench: Bench) -> list[Figure]:
    text = bench.interfaces.message("std_msgs/String")
    publication = bench.graph.advertise("/floor", text.message, RELIABLE)
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=_listen, args=(theirs,))
    child.start()
    assert await bench.until(lambda: bench.census.subscribers("/floor"), 30)
    await publish_paced(bench, publication)
    await bench.until(ours.poll, 2)
    ours.send("enough")
    ages = ours.recv()
    child.join(5)
    publication.close()
    return [
        Figure("ROS to ROS, 100 Hz, p50", percentile(ages, 0.5), "ms", "-", ok=True),
        Figure("ROS to ROS, 100 Hz, p99", percentile(ages, 0.99), "ms", "-", ok=True),
    ]

"""Topics: latency, rates without loss, images, point clouds, scans."""

import asyncio
import time
from typing import Any

import numpy as np

from benchmarks.bridge.bench import Bench
from benchmarks.figure import Figure, percentile
from hristudio_bridge.graph import Publication, Quality

STAMP = b"<<"
PACE_S = 0.01
MESSAGES = 300
FACTORS = (0.0125, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
RELIABLE = Quality(depth=5000)


def _stamp() -> str:
    return f"<<{time.perf_counter_ns():020d}" + "x" * 78


def age_ms(frame: bytes) -> float:
    at = frame.index(STAMP) + 2
    return (time.perf_counter_ns() - int(frame[at : at + 20])) / 1e6


def pair(name: str, values: list[float], p50: float, p99: float) -> list[Figure]:
    """Report a distribution of ms by its median and its 99th percentile."""
    low, high = percentile(values, 0.5), percentile(values, 0.99)
    return [
        Figure(f"{name}, p50", low, "ms", f"<= {p50:g} ms", low <= p50),
        Figure(f"{name}, p99", high, "ms", f"<= {p99:g} ms", high <= p99),
    ]


async def ros_to_web(bench: Bench) -> list[Figure]:
    text = bench.interfaces.message("std_msgs/String")
    client, ages = await bench.client(), []
    client.send("subscribe", topic="/out", type="std_msgs/String")
    await client.sync()
    publication = bench.graph.advertise("/out", text.message, RELIABLE)
    client.on_frame = lambda frame: ages.append(age_ms(frame))
    await publish_paced(bench, publication)
    publication.close()
    bench.clear()
    return pair("ROS to websocket, 100 Hz", ages, 0.9, 2.6)


async def publish_paced(bench: Bench, publication: Publication) -> None:
    """Publish stamped texts at 100 Hz, once everybody had the time to find the publisher."""
    text = bench.interfaces.message("std_msgs/String")
    await asyncio.sleep(1.0)
    for _ in range(MESSAGES):
        publication.publish(text.write({"data": _stamp()}, bench.graph.now))
        await asyncio.sleep(PACE_S)


async def web_to_ros(bench: Bench) -> list[Figure]:
    text = bench.interfaces.message("std_msgs/String")
    client, ages = await bench.client(), []
    subscription = bench.graph.subscribe(
        "/in", text.message, RELIABLE, lambda raw, _: ages.append(age_ms(raw)), lambda _: None
    )
    client.send("advertise", topic="/in", type="std_msgs/String")
    await client.sync()
    await bench.until(subscription.matched)
    for _ in range(MESSAGES):
        client.send("publish", topic="/in", msg={"data": _stamp()})
        await asyncio.sleep(PACE_S)
    await bench.until(lambda: len(ages) >= MESSAGES, 5)
    figures = pair("websocket to ROS, 100 Hz", ages, 0.9, 2.6)
    ages.clear()
    frame = b'{"op":"publish","topic":"/in","msg":{"data":"' + _stamp().encode() + b'"}}'
    total, start = 20_000, time.perf_counter()
    for number in range(total):
        client.raw(frame)
        if number % 50 == 0:
            await asyncio.sleep(0)
    await bench.until(lambda: len(ages) >= total, 5)
    rate = len(ages) / (time.perf_counter() - start)
    lost = total - len(ages)
    subscription.close()
    bench.clear()
    return [
        *figures,
        Figure("websocket to ROS, flood", rate, "msg/s", ">= 22,000", rate >= 22_000),
        Figure("websocket to ROS, lost in the flood", lost, "messages", "0", lost == 0),
    ]


async def round_trip(bench: Bench) -> list[Figure]:
    """Send texts to a ROS node that returns them."""
    text = bench.interfaces.message("std_msgs/String")
    client, ages = await bench.client(), []
    back = bench.graph.advertise("/back", text.message, RELIABLE)
    there = bench.graph.subscribe(
        "/there", text.message, RELIABLE, lambda raw, _: back.publish(raw), lambda _: None
    )
    client.send("advertise", topic="/there", type="std_msgs/String")
    client.send("subscribe", topic="/back", type="std_msgs/String")
    await client.sync()
    await bench.until(there.matched)
    await asyncio.sleep(1.0)
    client.on_frame = lambda frame: ages.append(age_ms(frame))
    for _ in range(MESSAGES):
        client.send("publish", topic="/there", msg={"data": _stamp()})
        await asyncio.sleep(PACE_S)
    there.close()
    back.close()
    bench.clear()
    return pair("websocket to ROS and back, 100 Hz", ages, 2.0, 5.0)


async def rate_without_loss(bench: Bench, clients: int, required: int) -> Figure:
    """Find the highest rate at which every client gets every message, in order."""
    text = bench.interfaces.message("std_msgs/String")
    publication = bench.graph.advertise("/fast", text.message, RELIABLE)
    raw = text.write({"data": "x" * 100}, bench.graph.now)
    counts = [0] * clients

    def counter(index: int) -> Any:
        def count(_: bytes) -> None:
            counts[index] += 1

        return count

    for index in range(clients):
        client = await bench.client()
        client.send("subscribe", topic="/fast", type="std_msgs/String")
        await client.sync()
        client.on_frame = counter(index)
    await asyncio.sleep(1.5)
    best = 0
    for factor in (factor for factor in FACTORS if factor >= bench.subject.reaches):
        rate = int(required * factor)
        counts[:] = [0] * clients
        total = rate // 2
        await _paced(publication, raw, rate, total)
        complete = await bench.until(lambda: min(counts) >= total, 1.0)  # noqa: B023 - awaited at once
        if not complete:
            break
        best = rate
    publication.close()
    bench.clear()
    return Figure(
        f"ROS to websocket without loss, {clients} clients",
        best,
        "msg/s",
        f">= {required:,}",
        best >= required,
    )


async def _paced(publication: Any, raw: bytes, rate: int, total: int) -> None:
    start, sent = time.perf_counter(), 0
    while sent < total:
        due = min(total, int((time.perf_counter() - start) * rate) + 1)
        for _ in range(due - sent):
            publication.publish(raw)
        sent = due
        await asyncio.sleep(0.0005)


async def bulk(
    bench: Bench,
    name: str,
    type_name: str,
    value: dict[str, Any],
    compression: str,
    *,
    limits: tuple[float, float, float],
) -> list[Figure]:
    """Send 30 large messages a second for 3 s; limits are p50 and p99 in ms and a share of a core."""
    codec = bench.interfaces.message(type_name)
    topic = "/bulk_" + type_name.rpartition("/")[2].lower()
    template = bytearray(
        codec.write(
            {**value, "header": {"stamp": {"sec": 0, "nanosec": 0}, "frame_id": "<<" + "0" * 20}},
            bench.graph.now,
        )
    )
    at = template.index(STAMP) + 2
    client, ages = await bench.client(), []
    client.send("subscribe", topic=topic, type=type_name, compression=compression)
    await client.sync()
    publication = bench.graph.advertise(topic, codec.message, Quality(depth=30))
    await asyncio.sleep(1.0)
    client.on_frame = lambda frame: ages.append(age_ms(frame))
    before, start = bench.server.processor_s(), time.perf_counter()
    total = 90
    for number in range(total):
        template[at : at + 20] = b"%020d" % time.perf_counter_ns()
        publication.publish(bytes(template))
        await asyncio.sleep(max(0.0, start + (number + 1) / 30 - time.perf_counter()))
    await bench.until(lambda: len(ages) >= total, 2)
    share = (bench.server.processor_s() - before) / (time.perf_counter() - start)
    publication.close()
    bench.clear()
    hertz = 30 * len(ages) / total
    p50, p99, core = limits
    return [
        Figure(f"{name}: rate", hertz, "Hz", ">= 29.9 Hz", hertz >= 29.9),
        *pair(name, ages or [1e9], p50, p99),
        Figure(f"{name}: processor", share, "of a core", f"<= {core:g}", share <= core),
    ]


async def small(bench: Bench) -> list[Figure]:
    """Measure latency and rates of short texts."""
    return [
        *await ros_to_web(bench),
        *await web_to_ros(bench),
        *await round_trip(bench),
        await rate_without_loss(bench, 1, 8_000),
        await rate_without_loss(bench, 10, 3_200),
        await rate_without_loss(bench, 50, 1_500),
    ]


async def scans(bench: Bench) -> list[Figure]:
    """Measure laser scans."""
    scan = {"ranges": [1.0 + index / 777 for index in range(1080)]}
    return await bulk(bench, "laser scan, JSON", "sensor_msgs/LaserScan", scan, "none", limits=(2, 5, 0.1))


async def large(bench: Bench, where: str = "") -> list[Figure]:
    """Measure camera images and point clouds."""
    pixels = np.random.default_rng(1).integers(0, 255, 921_600, dtype=np.uint8).tobytes()
    image = {"height": 480, "width": 640, "encoding": "rgb8", "step": 1920, "data": pixels}
    cloud = {"height": 1, "width": 65_536, "point_step": 16, "row_step": 1_048_576, "data": bytes(1_048_576)}
    kind, points = "sensor_msgs/Image", "sensor_msgs/PointCloud2"
    return [
        *await bulk(bench, f"image{where}, JSON", kind, image, "none", limits=(40, 40, 1.0)),
        *await bulk(bench, f"image{where}, CBOR", kind, image, "cbor", limits=(10, 17, 0.3)),
        *await bulk(bench, f"image{where}, CBOR-RAW", kind, image, "cbor-raw", limits=(8, 17, 0.25)),
        *await bulk(bench, f"point cloud{where}, CBOR", points, cloud, "cbor", limits=(12, 25, 0.3)),
    ]

"""Counts of use at a PostHog on loopback: one that takes them, is away, is slow, fails or refuses."""

import json
import logging
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest

from hristudio_telemetry.posthog import LARGEST_BATCH, PostHog
from tests.servers.ports import free_port
from tests.servers.posthog import KEY, PATH, posthog
from tests.servers.posthog import PostHog as Receiver
from tests.servers.waiting import until

MOMENT = datetime(2026, 3, 4, 15, 16, 17, 18, tzinfo=timezone.utc)
FAST = {"period_s": 0.01, "pauses_s": (0.01,)}
OFF = """
import sys
import hristudio_web.__main__
from hristudio_core.ops.settings import read_settings
told = read_settings({"POSTHOG_KEY": "phc_x", "POSTHOG_HOST": "https://x"}).telemetry
print(told.counted, "hristudio_telemetry.posthog" in sys.modules)
"""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with posthog() as server:
        yield server


def numbered(receiver: Receiver) -> list[int]:
    return [int(event["properties"]["number"]) for event in receiver.events]


def count(client: PostHog, numbers: range) -> None:
    for number in numbers:
        client.count("page.viewed", {"number": str(number)})


def test_a_batch_is_what_posthog_takes_and_nothing_more(receiver: Receiver) -> None:
    client = PostHog(f"{receiver.url}/", KEY, clock=lambda: MOMENT, **FAST)
    client.count("page.viewed", {"page": "home.show"})
    until(lambda: receiver.events, "the event")
    client.close()
    path, headers, body = receiver.heard[0]
    assert path == PATH
    assert headers["Content-Type"] == "application/json"
    told = json.loads(body)
    assert told.keys() == {"api_key", "batch"}
    assert told["api_key"] == KEY
    (event,) = told["batch"]
    assert uuid.UUID(event.pop("uuid")).version == 4
    assert uuid.UUID(event.pop("distinct_id")).version == 4
    assert event == {
        "event": "page.viewed",
        # The hour, and no closer.
        "timestamp": "2026-03-04T15:00:00+00:00",
        "properties": {
            "page": "home.show",
            "$process_person_profile": False,
            "$geoip_disable": True,
            "$ip": None,
        },
    }
    assert socket.gethostname() not in f"{headers}{body!r}"


def test_nobody_is_followed_from_one_day_to_the_next(receiver: Receiver) -> None:
    days = [MOMENT, MOMENT + timedelta(hours=8), MOMENT + timedelta(hours=9), MOMENT + timedelta(days=1)]
    moments = iter(days)
    client = PostHog(receiver.url, KEY, clock=lambda: next(moments), **FAST)
    other = PostHog(receiver.url, KEY, clock=lambda: MOMENT, **FAST)
    count(client, range(4))
    until(lambda: len(receiver.events) == 4, "the events of four moments")
    count(other, range(1))
    until(lambda: len(receiver.events) == 5, "the other process's")
    client.close()
    other.close()
    first, second, third, fourth, fifth = (event["distinct_id"] for event in receiver.events)
    assert first == second
    assert third == fourth
    assert len({first, third, fifth}) == 3


def test_batches_are_bounded_and_in_order(receiver: Receiver) -> None:
    client = PostHog(receiver.url, KEY, **FAST)
    count(client, range(450))
    until(lambda: client.sent == 450, "the events")
    client.close()
    assert numbered(receiver) == list(range(450))
    assert max(map(len, receiver.batches)) <= LARGEST_BATCH
    assert (client.sent, client.dropped, client.waiting) == (450, 0, 0)


@pytest.mark.parametrize("status", [500, 503, 429, 301])
def test_a_receiver_that_fails_gets_everything_once_it_can(receiver: Receiver, status: int) -> None:
    receiver.status = status
    client = PostHog(receiver.url, KEY, **FAST)
    count(client, range(20))
    until(lambda: len(receiver.heard) >= 3, "some vain tries")
    assert client.sent == 0
    receiver.status = 200
    until(lambda: len(receiver.events) == 20, "the events")
    client.close()
    assert numbered(receiver) == list(range(20))
    # What was tried in vain is known by its ids, should it have been taken all the same.
    first = json.loads(receiver.heard[0][2])["batch"]
    assert [one["uuid"] for one in first] == [one["uuid"] for one in receiver.events[: len(first)]]


def test_a_receiver_that_is_away_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    port = free_port()
    client = PostHog(f"http://127.0.0.1:{port}", KEY, **FAST)
    count(client, range(5))
    until(lambda: caplog.records, "a word of it")
    with posthog(port) as receiver:
        until(lambda: len(receiver.events) == 5, "the events")
        until(lambda: len(caplog.records) == 2, "a word of it")
        client.close()
    assert [record.getMessage() for record in caplog.records] == [
        "counts of use do not arrive: ConnectionRefusedError from POSTHOG_HOST",
        "counts of use arrive again",
    ]


def test_what_is_refused_for_good_is_dropped_and_counted(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    client = PostHog(receiver.url, "phc_wrong", **FAST)
    count(client, range(3))
    until(lambda: client.dropped == 3, "the refusal")
    assert client.waiting == 0
    client.close()
    assert "HTTP 401" in caplog.text
    assert "phc_wrong" not in caplog.text


def test_a_receiver_that_hangs_costs_old_events_and_never_time(receiver: Receiver) -> None:
    receiver.free.clear()
    client = PostHog(receiver.url, KEY, longest_queue=100, answer_s=120, **FAST)
    count(client, range(1))
    until(lambda: receiver.heard, "a request that hangs")
    # It is let go only when all of these are counted: one that waited for it would never be.
    count(client, range(1, 5001))
    assert (client.waiting, client.dropped) == (100, 4900)
    receiver.free.set()
    until(lambda: len(receiver.events) == 101, "what was kept")
    client.close()
    assert numbered(receiver) == [0, *range(4901, 5001)]


def test_a_receiver_that_says_nothing_is_given_up_and_tried_again(receiver: Receiver) -> None:
    receiver.free.clear()
    client = PostHog(receiver.url, KEY, answer_s=0.2, **FAST)
    count(client, range(1))
    until(lambda: len(receiver.heard) >= 2, "a second try")
    receiver.free.set()
    until(lambda: client.sent == 1, "the event")
    client.close()


def test_a_receiver_that_speaks_something_else_ends_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = PostHog(f"http://127.0.0.1:{server.getsockname()[1]}", KEY, **FAST)
        count(client, range(1))
        # A second connection: the thread has outlived the first answer.
        for _ in range(2):
            link, _ = server.accept()
            with link:
                link.recv(65536)
                link.sendall(b"220 mail.example ESMTP\r\n")
        assert client.sent == 0
        client.close()


def test_what_waits_is_sent_at_the_end(receiver: Receiver) -> None:
    client = PostHog(receiver.url, KEY, period_s=600)
    count(client, range(3))
    client.close()
    until(lambda: len(receiver.events) == 3, "the events")


def test_no_end_waits_for_a_receiver_that_hangs(receiver: Receiver) -> None:
    receiver.free.clear()
    client = PostHog(receiver.url, KEY, answer_s=120, **FAST)
    count(client, range(1))
    until(lambda: receiver.heard, "a request that hangs")
    began_s = time.monotonic()
    client.close()
    assert time.monotonic() - began_s < 60


def test_many_threads_count_at_once(receiver: Receiver) -> None:
    client = PostHog(receiver.url, KEY, clock=lambda: MOMENT, **FAST)
    threads = [threading.Thread(target=count, args=(client, range(50))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: len(receiver.events) == 400, "the events")
    client.close()
    assert len({event["uuid"] for event in receiver.events}) == 400
    assert len({event["distinct_id"] for event in receiver.events}) == 1


def test_off_loads_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", OFF], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["False", "False"], done.stderr

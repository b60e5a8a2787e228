"""One client's subscription of one topic: what all its requests for it come to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from hristudio_bridge.errors import BrokenSample
from hristudio_bridge.outbox import Frames
from hristudio_bridge.throttle import Throttle
from hristudio_bridge.topics.sample import COMPRESSIONS, Sample
from hristudio_bridge.topics.stream import Stream

BINARY = {"cbor", "cbor-raw"}
# of samples that one client holds back by throttle_rate and queue_length
MAX_QUEUED_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """The wishes of one `subscribe` operation; times in seconds, fragment_size 0 is none."""

    throttle: float = 0.0
    queue_length: int = 0
    fragment_size: int = 0
    compression: str = "none"


def combine(requests: list[Request]) -> Request:
    """Bring several requests of one client for one topic together (protocol section 3.2.4)."""
    sizes = [request.fragment_size for request in requests if request.fragment_size]
    return Request(
        throttle=min(request.throttle for request in requests),
        queue_length=max(request.queue_length for request in requests),
        fragment_size=min(sizes, default=0),
        # as the reference ranks them
        compression=max((request.compression for request in requests), key=COMPRESSIONS.index),
    )


class Sink(Protocol):
    """Takes frames for one client."""

    def sample(self, stream: str, frames: Frames, capacity: int, *, binary: bool) -> None:
        """Send or keep a sample; at most `capacity` of them wait."""


class Delivery:
    """Sends the samples of a stream to a client, as its requests have it."""

    def __init__(
        self, stream: Stream, topic: str, sink: Sink, backlog: int, on_broken: Callable[[str], None]
    ) -> None:
        self.requests: dict[str | int | None, Request] = {}
        self._stream, self._topic, self._sink = stream, topic, sink
        self._backlog = backlog
        self._on_broken = on_broken
        self._request = Request()
        self._throttle: Throttle[Sample] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._binary = False
        self._capacity = backlog
        self._joined = False
        self._closed = False

    def add(self, key: str | int | None, request: Request) -> None:
        """Add or replace a request."""
        self.requests[key] = request
        self._apply()
        if not self._joined:
            self._joined = True
            self._stream.join(self)

    def remove(self, key: str | int | None) -> bool:
        """Take a request back; tell whether any is left."""
        self.requests.pop(key, None)
        if self.requests:
            self._apply()
        return bool(self.requests)

    def close(self) -> None:
        """Stop delivering."""
        if self._timer is not None:
            self._timer.cancel()
        if not self._closed:
            self._closed = True
            self._stream.leave(self)

    def take(self, sample: Sample) -> None:
        """Take a sample from the stream."""
        if self._throttle is None:
            self._send(sample)
            return
        loop = asyncio.get_running_loop()
        now = self._throttle.offer(sample, loop.time())
        if now is not None:
            self._send(now)
        elif self._timer is None:
            self._wait(loop)

    def _apply(self) -> None:
        request = combine(list(self.requests.values()))
        if request == self._request:
            return
        self._request = request
        self._binary = request.compression in BINARY
        self._capacity = request.queue_length or self._backlog
        self._throttle = (
            Throttle(request.throttle, request.queue_length, MAX_QUEUED_BYTES, _weight)
            if request.throttle
            else None
        )

    def _wait(self, loop: asyncio.AbstractEventLoop) -> None:
        due = self._throttle.due() if self._throttle is not None else None
        self._timer = None if due is None else loop.call_at(due, self._release)

    def _release(self) -> None:
        loop = asyncio.get_running_loop()
        # the loop's clock may be a hair early
        sample = self._throttle.release(loop.time() + 0.0005) if self._throttle is not None else None
        if sample is not None:
            self._send(sample)
        self._wait(loop)

    def _send(self, sample: Sample) -> None:
        request = self._request
        try:
            frames = sample.frames(self._topic, request.compression, request.fragment_size)
        except (BrokenSample, TypeError, ValueError) as error:
            self._on_broken(str(error))
            return
        self._sink.sample(self._topic, frames, self._capacity, binary=self._binary)


def _weight(sample: Sample) -> int:
    return len(sample.raw)

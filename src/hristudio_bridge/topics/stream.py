"""One ROS subscription for every client of a topic.

Its quality of service follows the publishers. While there are none it asks for the most (reliable,
latched), and asks for less when a publisher turns out not to match: so whoever appears is heard, and
a latched message is not missed.

ROS hands latched messages to new subscriptions only. A client that joins later is therefore fed by a
subscription of its own for a moment (`_Replay`), which brings the latched messages of every publisher
still alive, and moves to the common one without a gap or a double.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from hristudio_bridge.codec import Codec
from hristudio_bridge.graph import Census, Closable, Graph, Quality
from hristudio_bridge.topics.sample import Sample

# how long the own subscription of a late client is the only one it hears, and how long both are
REPLAY_S = 1.0
OVERLAP_S = 1.0
# late clients that come together share a replay
GATHER_S = 0.01


class Listener(Protocol):
    """Who gets the samples."""

    def take(self, sample: Sample) -> None:
        """Take a sample; may not raise."""


class Stream:
    """The samples of one topic, for any number of listeners."""

    def __init__(
        self,
        graph: Graph,
        census: Census,
        topic: str,
        codec: Codec,
        *,
        wanted: Quality | None,
        depth: int,
        on_empty: Callable[[], None],
    ) -> None:
        self.topic, self.codec = topic, codec
        self._graph, self._census = graph, census
        self._wanted, self._depth = wanted, depth
        self._on_empty = on_empty
        self._listeners: dict[Listener, None] = {}
        self._replays: list[_Replay] = []
        self.quality = self._choose()
        self._entity = self._open()

    def join(self, listener: Listener) -> None:
        """Feed a listener from now on, latched messages first."""
        first = not self._listeners and not self._replays
        if (first and self.quality.latched) or not self._any_latched():
            self._listeners[listener] = None
            return
        gathering = next((replay for replay in self._replays if not replay.opened), None)
        if gathering is None:
            gathering = _Replay(self)
            self._replays.append(gathering)
        gathering.listeners[listener] = None

    def leave(self, listener: Listener) -> None:
        """Stop feeding a listener."""
        self._listeners.pop(listener, None)
        for replay in tuple(self._replays):
            replay.listeners.pop(listener, None)
            if not replay.listeners:
                self._end(replay)
        if not self._listeners and not self._replays:
            self._entity.close()
            self._on_empty()

    def replay(self, on_sample: Callable[[bytes, int], None]) -> Closable:
        """Make a subscription that latched publishers tell their history."""
        quality = replace(self.quality, reliable=True, latched=True)
        return self._graph.subscribe(self.topic, self.codec.message, quality, on_sample, lambda _: None)

    def overlap(self, replay: "_Replay") -> None:
        """Feed a replay what everybody gets."""
        self._listeners[replay] = None

    def merge(self, replay: "_Replay") -> None:
        """Take over a replay's listeners."""
        self._listeners.update(replay.listeners)
        self._end(replay)

    def sample(self, raw: bytes, stamp: int) -> Sample:
        """Wrap what ROS delivered."""
        return Sample(raw, stamp, self.codec, self._graph.now())

    def _end(self, replay: "_Replay") -> None:
        self._listeners.pop(replay, None)
        self._replays.remove(replay)
        replay.close()

    def _on_sample(self, raw: bytes, stamp: int) -> None:
        sample = self.sample(raw, stamp)
        for listener in tuple(self._listeners):
            listener.take(sample)

    def _any_latched(self) -> bool:
        wanted = self._wanted is None or self._wanted.latched
        return wanted and any(publisher.quality.latched for publisher in self._census.publishers(self.topic))

    def _choose(self) -> Quality:
        if self._wanted is not None:
            return self._wanted
        publishers = [publisher.quality for publisher in self._census.publishers(self.topic)]
        return Quality(
            reliable=all(quality.reliable for quality in publishers),
            latched=all(quality.latched for quality in publishers),
            depth=self._depth,
        )

    def _open(self) -> Closable:
        return self._graph.subscribe(
            self.topic, self.codec.message, self.quality, self._on_sample, self._relax
        )

    def _relax(self, durability: bool) -> None:
        """Ask for less, so that a publisher which offers less is heard."""
        if self._wanted is None:
            self.quality = replace(self.quality, **{"latched" if durability else "reliable": False})
            self._entity.close()
            self._entity = self._open()


class _Replay:
    """Brings the latched messages to listeners that joined late.

    First it gathers them, then it alone feeds them, then it passes on the common samples, too,
    each sample once; then they join the others.
    """

    def __init__(self, stream: Stream) -> None:
        self.listeners: dict[Listener, None] = {}
        self._stream = stream
        self._entity: Closable | None = None
        self._seen: set[tuple[int, int]] = set()
        self._timer = asyncio.get_running_loop().call_later(GATHER_S, self._open)

    @property
    def opened(self) -> bool:
        return self._entity is not None

    def take(self, sample: Sample) -> None:
        key = (sample.stamp, len(sample.raw))
        if key not in self._seen:
            self._seen.add(key)
            for listener in tuple(self.listeners):
                listener.take(sample)

    def close(self) -> None:
        self._timer.cancel()
        if self._entity is not None:
            self._entity.close()

    def _open(self) -> None:
        self._entity = self._stream.replay(lambda raw, stamp: self.take(self._stream.sample(raw, stamp)))
        self._later(REPLAY_S, self._overlap)

    def _overlap(self) -> None:
        self._stream.overlap(self)
        self._later(OVERLAP_S, lambda: self._stream.merge(self))

    def _later(self, delay: float, step: Callable[[], None]) -> None:
        self._timer = asyncio.get_running_loop().call_later(delay, step)

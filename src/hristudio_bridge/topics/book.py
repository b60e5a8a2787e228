"""The topics that clients use: one ROS entity for all of them."""

import asyncio
from typing import Any

from hristudio_bridge.codec import Codec
from hristudio_bridge.errors import NotEstablished, TypeConflict
from hristudio_bridge.graph import Census, Graph, Publication, Quality
from hristudio_bridge.interfaces import Interfaces
from hristudio_bridge.settings import Settings
from hristudio_bridge.topics.stream import Stream

# A publisher's samples stay for late subscribers that long, so that what a client publishes right
# after it advertised is not lost while discovery goes on.
LINGER_S = 3.0
# publishers whose clients are gone; whoever advertises names at random shall not fill the graph
MAX_ORPHANS = 200


class SharedPublication:
    """A ROS publisher that several clients advertise."""

    def __init__(self, publication: Publication, codec: Codec) -> None:
        self.codec = codec
        self.holders = 0
        self.closing: Any = None
        self._publication = publication

    def publish(self, message: bytes) -> None:
        """Send one serialised message."""
        self._publication.publish(message)

    def close(self) -> None:
        """Withdraw it from ROS."""
        self._publication.close()


class TopicBook:
    """Shares streams and publications among clients."""

    def __init__(self, graph: Graph, census: Census, interfaces: Interfaces, settings: Settings) -> None:
        self._graph, self._census, self._interfaces, self._settings = graph, census, interfaces, settings
        self._streams: dict[tuple[str, str, Quality | None], Stream] = {}
        self._publications: dict[tuple[str, str, bool], SharedPublication] = {}

    def codec(self, topic: str, type_name: str | None) -> Codec:
        """Find the type of a topic, checking it against what the graph knows.

        Raises:
            NotEstablished: no type is given and nobody knows the topic.
            TypeConflict: the topic has another type.
            UnknownType: the type is not installed.
        """
        wanted = self._interfaces.message(type_name) if type_name else None
        known = self._census.topics().get(topic)
        if wanted is None:
            if not known:
                raise NotEstablished(f"topic {topic} does not exist, so its type must be given")
            return self._interfaces.message(known[0])
        if known and wanted.name not in known:
            raise TypeConflict(f"topic {topic} has type {known[0]}, not {wanted.name}")
        return wanted

    def stream(self, topic: str, codec: Codec, wanted: Quality | None) -> Stream:
        """Give the stream of a topic, made when there is none."""
        key = (topic, codec.name, wanted)
        stream = self._streams.get(key)
        if stream is None:
            stream = self._streams[key] = Stream(
                self._graph,
                self._census,
                topic,
                codec,
                wanted=wanted,
                depth=self._settings.subscription_depth,
                on_empty=lambda: self._forget(key),
            )
        return stream

    def hold(self, topic: str, codec: Codec, quality: Quality) -> SharedPublication:
        """Advertise a topic for one more client."""
        key = (topic, codec.name, quality.latched)
        shared = self._publications.get(key)
        if shared is None:
            # latched in any case, so that it suits every subscriber; the lifespan makes the difference
            real = Quality(
                reliable=True,
                latched=True,
                depth=quality.depth,
                lifespan_s=0.0 if quality.latched else LINGER_S,
            )
            shared = SharedPublication(self._graph.advertise(topic, codec.message, real), codec)
            self._publications[key] = shared
        if shared.closing is not None:
            shared.closing.cancel()
            shared.closing = None
        shared.holders += 1
        return shared

    def release(self, shared: SharedPublication) -> None:
        """Let one client's claim go; the publisher stays a while for those who come back."""
        shared.holders -= 1
        if shared.holders == 0:
            delay = self._settings.unregister_timeout
            shared.closing = asyncio.get_running_loop().call_later(delay, self._withdraw, shared)
            orphans = [each for each in self._publications.values() if each.closing is not None]
            if len(orphans) > MAX_ORPHANS:
                orphans[0].closing.cancel()
                self._withdraw(orphans[0])

    def close(self) -> None:
        """Withdraw everything."""
        for shared in self._publications.values():
            if shared.closing is not None:
                shared.closing.cancel()
            shared.close()
        self._publications.clear()

    def _forget(self, key: tuple[str, str, Quality | None]) -> None:
        self._streams.pop(key, None)

    def _withdraw(self, shared: SharedPublication) -> None:
        self._publications = {key: value for key, value in self._publications.items() if value is not shared}
        shared.close()

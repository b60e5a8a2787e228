"""advertise, unadvertise, publish, subscribe, unsubscribe (protocol 3.2.1 to 3.2.5)."""

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from hristudio_bridge.codec import gaps
from hristudio_bridge.errors import InvalidOperation, NothingToUndo
from hristudio_bridge.graph import Quality
from hristudio_bridge.ops.operation import Model, Operation
from hristudio_bridge.topics import Delivery, Request, SharedPublication

if TYPE_CHECKING:
    from hristudio_bridge.session import Session

MAX_DEPTH = 10_000
Compression = Literal["none", "png", "cbor", "cbor-raw"]


class QualityWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Quality of service chosen by the client."""

    reliability: Literal["reliable", "best_effort"] = "reliable"
    durability: Literal["volatile", "transient_local"] = "volatile"
    depth: int = 100

    def quality(self) -> Quality:
        """Put it into the graph's terms."""
        if not 1 <= self.depth <= MAX_DEPTH:
            raise InvalidOperation(f"depth must be from 1 to {MAX_DEPTH}")
        return Quality(self.reliability == "reliable", self.durability == "transient_local", self.depth)


class Advertise(Model, frozen=True, kw_only=True):
    """Fields of `advertise`; latch and queue_size as roslibjs sends them."""

    topic: str
    type: str
    latch: bool | None = False
    queue_size: int | None = None
    qos: QualityWish | None = None


class Topic(Model, frozen=True, kw_only=True):
    """Fields of `unadvertise` and `unsubscribe`."""

    topic: str


class Publish(Model, frozen=True, kw_only=True):
    """Fields of `publish`."""

    topic: str
    msg: Any = msgspec.field(default_factory=dict)
    latch: bool | None = False


class Subscribe(Model, frozen=True, kw_only=True):
    """Fields of `subscribe`; times in milliseconds."""

    topic: str
    type: str | None = None
    throttle_rate: float | None = 0
    queue_length: int | None = 0
    fragment_size: int | None = None
    compression: Compression | None = "none"
    qos: QualityWish | None = None


class _Advertised:
    """One client's claims on a topic it publishes, counted by their ids."""

    def __init__(self, session: "Session", shared: SharedPublication) -> None:
        self.shared = shared
        self.ids: set[str | int | None] = set()
        self._book = session.bridge.topics

    def close(self) -> None:
        self._book.release(self.shared)


def _advertised(session: "Session", topic: str, type_name: str | None, quality: Quality) -> _Advertised:
    key = ("advertise", topic)
    held = session.holdings.get(key)
    if isinstance(held, _Advertised):
        if type_name is not None:
            session.bridge.topics.codec(topic, type_name)
        return held
    codec = session.bridge.topics.codec(topic, type_name)
    made = _Advertised(session, session.bridge.topics.hold(topic, codec, quality))
    session.hold(key, made)
    return made


def _quality(session: "Session", queue_size: int | None, *, latch: bool) -> Quality:
    """Choose for a client that names no quality: a latched topic holds one message, others plenty."""
    depth = 1 if latch else max(queue_size or 0, session.bridge.settings.publisher_depth)
    return Quality(latched=latch, depth=min(depth, MAX_DEPTH))


def advertise(session: "Session", op: Advertise) -> None:
    """Announce a topic."""
    topic = session.require("publish", op.topic)
    quality = op.qos.quality() if op.qos else _quality(session, op.queue_size, latch=bool(op.latch))
    _advertised(session, topic, op.type, quality).ids.add(op.id)


def unadvertise(session: "Session", op: Topic) -> None:
    """Take an announcement back; without an id, all of them."""
    topic = session.require("publish", op.topic)
    key = ("advertise", topic)
    held = session.holdings.get(key)
    if not isinstance(held, _Advertised):
        raise NothingToUndo(f"topic {topic} is not advertised by this client")
    if op.id is not None and op.id in held.ids:
        held.ids.discard(op.id)
    else:
        held.ids.clear()
    if not held.ids:
        del session.holdings[key]
        held.close()


def publish(session: "Session", op: Publish) -> None:
    """Publish a message, on a topic that was advertised or that somebody else knows."""
    topic = session.require("publish", op.topic)
    shared = _advertised(session, topic, None, _quality(session, None, latch=bool(op.latch))).shared
    codec, value = shared.codec, op.msg
    if codec.stamped and isinstance(value, dict) and "header" not in value:
        value = {"header": {"stamp": "now"}, **value}
    shared.publish(codec.write(value, session.bridge.graph.now))
    if session.hears("warning"):
        left = gaps(codec.schema, op.msg)
        if left:
            session.status("warning", f"publish: {op.topic} leaves {', '.join(left)} to defaults", op.id)


def subscribe(session: "Session", op: Subscribe) -> None:
    """Have the samples of a topic sent."""
    topic = session.require("subscribe", op.topic)
    request = Request(
        throttle=max(op.throttle_rate or 0, 0) / 1000,
        queue_length=min(max(op.queue_length or 0, 0), MAX_DEPTH),
        fragment_size=max(op.fragment_size or 0, 0),
        compression=op.compression or "none",
    )
    codec = session.bridge.topics.codec(topic, op.type)
    key = ("subscribe", topic)
    held = session.holdings.get(key)
    if not isinstance(held, Delivery):
        settings = session.bridge.settings
        stream = session.bridge.topics.stream(topic, codec, op.qos.quality() if op.qos else None)
        held = Delivery(stream, op.topic, session, settings.stream_backlog, session.broken)
        session.hold(key, held)
    held.add(op.id, request)


def unsubscribe(session: "Session", op: Topic) -> None:
    """Take a subscription back; without an id, all of the topic."""
    topic = session.require("subscribe", op.topic)
    key = ("subscribe", topic)
    held = session.holdings.get(key)
    if not isinstance(held, Delivery) or (op.id is not None and op.id not in held.requests):
        raise NothingToUndo(
            f"topic {topic} is not subscribed by this client"
            + (f" as {op.id!r}" if op.id is not None else "")
        )
    if op.id is None or not held.remove(op.id):
        del session.holdings[key]
        held.close()


OPERATIONS = (
    Operation("advertise", Advertise, advertise, told=True),
    Operation("unadvertise", Topic, unadvertise, told=True),
    Operation("publish", Publish, publish),
    Operation("subscribe", Subscribe, subscribe, told=True),
    Operation("unsubscribe", Topic, unsubscribe, told=True),
)

"""One received message, encoded at most once in each form, whoever wants it."""

from itertools import count
from typing import Any

import cbor2
import orjson

from hristudio_bridge import fragments, png
from hristudio_bridge.codec import Codec
from hristudio_bridge.outbox import Frames

COMPRESSIONS = ("none", "png", "cbor", "cbor-raw")
_numbers = count(1)


class Sample:
    """A serialised message on its way to the clients."""

    __slots__ = ("_codec", "_forms", "_received", "_values", "raw", "stamp")

    def __init__(self, raw: bytes, stamp: int, codec: Codec, received: tuple[int, int]) -> None:
        self.raw, self.stamp = raw, stamp
        self._codec = codec
        self._received = received
        self._values: Any = None
        self._forms: dict[tuple[str, str, int], Frames] = {}

    def frames(self, topic: str, compression: str, fragment_size: int) -> Frames:
        """Give the websocket messages that carry it; raises BrokenSample."""
        key = (topic, compression, fragment_size)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = self._encode(topic, compression, fragment_size)
        return form

    def _encode(self, topic: str, compression: str, fragment_size: int) -> Frames:
        if compression == "cbor":
            return (cbor2.dumps({"op": "publish", "topic": topic, "msg": self._codec.read_cbor(self.raw)}),)
        if compression == "cbor-raw":
            seconds, nanoseconds = self._received
            body = {"secs": seconds, "nsecs": nanoseconds, "bytes": self.raw}
            return (cbor2.dumps({"op": "publish", "topic": topic, "msg": body}),)
        if self._values is None:
            self._values = self._codec.read_json(self.raw)
        text = orjson.dumps({"op": "publish", "topic": topic, "msg": self._values})
        if compression == "png":
            text = png.wrap(text)
        if not fragment_size:
            return (text,)
        return fragments.split(text, fragment_size, f"publish:{topic}:{next(_numbers)}")

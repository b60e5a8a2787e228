"""Bytes of websocket messages -> protocol messages.

Text is JSON; a binary message is JSON, CBOR or BSON, told apart by its first bytes. As the reference
does, several JSON objects in one message and one object over several messages are taken, too.
"""

import json
from typing import Any

import msgspec

from hristudio_bridge import _bson, _cbor
from hristudio_bridge.errors import IncompleteFrame, MalformedFrame

Message = dict[str, Any]
_SPACE = " \t\r\n"
# One text over several messages, and several texts in one, are there for odd clients, and cost more to read
# than they cost to send: so no more than these do.
MAX_PIECES = 64
MAX_KEPT = 1_000_000
MAX_TOGETHER = 1000
_decoder = json.JSONDecoder()  # unlike msgspec's it takes NaN and Infinity, which Python clients send


class FrameReader:
    """Reads the messages of one connection, keeping the beginning of one that is not complete."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._rest = b""
        self._pieces = 0

    def read(self, payload: bytes, *, binary: bool) -> list[Message]:
        """Read the messages that a websocket message completes.

        Raises:
            IncompleteFrame: it ends within a JSON text; the next one may go on.
            MalformedFrame: it holds no protocol messages; what was kept is forgotten.
        """
        try:
            if binary and payload[:1] != b"{":
                return [_object(_binary(payload))]
            return self._text(payload)
        except RecursionError:
            self._rest = b""
            raise MalformedFrame("the message is nested too deeply") from None
        except UnicodeDecodeError:
            self._rest = b""
            raise MalformedFrame("the message is not UTF-8") from None

    def _text(self, payload: bytes) -> list[Message]:
        rest, self._rest = self._rest, b""
        try:
            return [_object(msgspec.json.decode(payload))]
        except msgspec.DecodeError as error:
            problem = error
        whole = rest + payload
        if len(whole) > self._max_size:
            raise MalformedFrame(f"the message is longer than {self._max_size} bytes") from None
        self._pieces = self._pieces + 1 if rest else 0
        if self._pieces >= MAX_PIECES or (rest and len(whole) > MAX_KEPT):
            raise MalformedFrame("the message came in too many pieces: use fragments") from None
        if rest:
            try:
                return [_object(msgspec.json.decode(whole))]
            except msgspec.DecodeError as error:
                problem = error
        return self._slowly(whole, problem)

    def _slowly(self, data: bytes, problem: msgspec.DecodeError) -> list[Message]:
        text = data.decode("utf-8")
        messages: list[Message] = []
        position = 0
        while position < len(text):
            try:
                value, position = _decoder.raw_decode(text, position)
            except ValueError:
                rest = text[position:].encode()
                if text[position] == "{" and _ends_early(rest):
                    self._rest = rest
                    if messages:
                        return messages
                    raise IncompleteFrame(
                        "malformed JSON: it ends early; kept, in case the rest follows"
                    ) from None
                raise MalformedFrame(f"malformed JSON: {problem}") from None
            messages.append(_object(value))
            if len(messages) > MAX_TOGETHER:
                raise MalformedFrame(f"more than {MAX_TOGETHER} messages came as one")
            while position < len(text) and text[position] in _SPACE:
                position += 1
        if not messages:
            raise MalformedFrame("the message is empty")
        return messages


def _ends_early(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        return "truncated" in str(error)
    return False


def _object(value: Any) -> Message:
    if value.__class__ is not dict:
        raise MalformedFrame("a message must be an object")
    return value


def _binary(payload: bytes) -> Any:
    if len(payload) >= 5 and int.from_bytes(payload[:4], "little") == len(payload):
        return _bson.decode(payload)
    return _cbor.decode(payload)

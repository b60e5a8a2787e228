"""BSON (bsonspec.org) from clients, as far as protocol messages need it."""

import struct
from collections.abc import Callable
from typing import Any

from hristudio_bridge.errors import MalformedFrame

MAX_DEPTH = 100
_SIMPLE = {0x01: "<d", 0x10: "<i", 0x12: "<q", 0x11: "<Q", 0x09: "<q"}


def decode(payload: bytes) -> dict[str, Any]:
    """Decode one document; raises MalformedFrame."""
    try:
        value, end = _document(payload, 0, 0)
    except (struct.error, IndexError, UnicodeDecodeError, ValueError) as error:
        raise MalformedFrame(f"the binary message is broken BSON: {error}") from None
    if end != len(payload):
        raise MalformedFrame("the binary message is broken BSON: bytes left over")
    return value


def _document(data: bytes, offset: int, depth: int) -> tuple[dict[str, Any], int]:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    (size,) = struct.unpack_from("<i", data, offset)
    end = offset + size
    if size < 5 or end > len(data) or data[end - 1]:
        raise ValueError("wrong document length")
    offset += 4
    result: dict[str, Any] = {}
    while data[offset]:
        kind = data[offset]
        stop = data.index(0, offset + 1, end)
        name = data[offset + 1 : stop].decode()
        result[name], offset = _element(kind, data, stop + 1, depth)
    if offset != end - 1:
        raise ValueError("wrong document length")
    return result, end


def _element(kind: int, data: bytes, offset: int, depth: int) -> tuple[Any, int]:
    if kind in _SIMPLE:
        code = _SIMPLE[kind]
        (value,) = struct.unpack_from(code, data, offset)
        return value, offset + struct.calcsize(code)
    try:
        read = _READERS[kind]
    except KeyError:
        raise ValueError(f"element type {kind:#x} is not supported") from None
    return read(data, offset, depth)


def _string(data: bytes, offset: int, _: int) -> tuple[str, int]:
    (size,) = struct.unpack_from("<i", data, offset)
    end = offset + 4 + size
    if size < 1 or end > len(data):
        raise ValueError("wrong string length")
    return data[offset + 4 : end - 1].decode(), end


def _array(data: bytes, offset: int, depth: int) -> tuple[list[Any], int]:
    value, end = _document(data, offset, depth + 1)
    return list(value.values()), end


def _bytes(data: bytes, offset: int, _: int) -> tuple[bytes, int]:
    (size,) = struct.unpack_from("<i", data, offset)
    end = offset + 5 + size
    if size < 0 or end > len(data):
        raise ValueError("wrong binary length")
    return data[offset + 5 : end], end


_READERS: dict[int, Callable[[bytes, int, int], tuple[Any, int]]] = {
    0x02: _string,
    0x03: lambda data, offset, depth: _document(data, offset, depth + 1),
    0x04: _array,
    0x05: _bytes,
    0x08: lambda data, offset, _: (bool(data[offset]), offset + 1),
    0x0A: lambda _data, offset, _: (None, offset),
}

"""CBOR from clients, with the typed arrays of RFC 8746 taken as lists."""

import struct
from typing import Any

import cbor2

from hristudio_bridge.errors import MalformedFrame

# tag -> struct code and byte order
_ARRAYS = {
    64: "<B", 65: ">H", 66: ">I", 67: ">Q", 69: "<H", 70: "<I", 71: "<Q", 72: "<b", 73: ">h", 74: ">i",
    75: ">q", 77: "<h", 78: "<i", 79: "<q", 81: ">f", 82: ">d", 85: "<f", 86: "<d",
}  # fmt: skip


def decode(payload: bytes) -> Any:
    """Decode one CBOR item; raises MalformedFrame."""
    try:
        return cbor2.loads(payload, tag_hook=_untag)
    except RecursionError:
        raise
    except Exception as error:  # noqa: BLE001 - hostile bytes: whatever the decoder raises
        raise MalformedFrame(f"the binary message is no CBOR, BSON or JSON: {error}") from None


def _untag(tag: Any, *_: Any) -> Any:
    form = _ARRAYS.get(tag.tag)
    if form is None or not isinstance(tag.value, bytes):
        raise ValueError(f"CBOR tag {tag.tag} is not supported")
    count, rest = divmod(len(tag.value), struct.calcsize(form))
    if rest:
        raise ValueError(f"a typed array of {len(tag.value)} bytes cannot be")
    return list(struct.unpack(f"{form[0]}{count}{form[1]}", tag.value))

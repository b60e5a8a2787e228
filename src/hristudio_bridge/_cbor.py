"""CBOR from clients, with the typed arrays of RFC 8746 taken as lists."""

from typing import Any

import cbor2
import numpy as np

from hristudio_bridge.errors import MalformedFrame

_ARRAYS = {
    64: "<u1", 65: ">u2", 66: ">u4", 67: ">u8", 69: "<u2", 70: "<u4", 71: "<u8", 72: "<i1", 73: ">i2", 74: ">i4",
    75: ">i8", 77: "<i2", 78: "<i4", 79: "<i8", 81: ">f4", 82: ">f8", 85: "<f4", 86: "<f8",
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
    dtype = _ARRAYS.get(tag.tag)
    if dtype is None or not isinstance(tag.value, bytes):
        raise ValueError(f"CBOR tag {tag.tag} is not supported")
    return np.frombuffer(tag.value, dtype).tolist()

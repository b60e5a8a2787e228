"""Text as a PNG image, the way rosbridge clients unpack it (protocol section 3.1.2)."""

import base64
import math
import struct
import zlib

import orjson

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB_8_BIT = struct.pack(">BBBBB", 8, 2, 0, 0, 0)


def wrap(text: bytes) -> bytes:
    """Make the `png` message that carries a JSON text."""
    return orjson.dumps({"op": "png", "data": base64.b64encode(picture(text)).decode("ascii")})


def picture(text: bytes) -> bytes:
    """Paint bytes as the pixels of a nearly square RGB image, filled up with line ends."""
    width = max(1, math.isqrt(len(text) // 3))
    row = width * 3
    height = max(1, -(-len(text) // row))
    text = text.ljust(row * height, b"\n")
    rows = b"".join(b"\0" + text[start : start + row] for start in range(0, len(text), row))
    parts = (
        (b"IHDR", struct.pack(">II", width, height) + _RGB_8_BIT),
        (b"IDAT", zlib.compress(rows, 1)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(map(_chunk, parts))


def _chunk(part: tuple[bytes, bytes]) -> bytes:
    kind, body = part
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

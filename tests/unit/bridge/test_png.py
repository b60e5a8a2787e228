import base64
import io
import struct
import zlib

import orjson
import pytest

from hristudio_bridge.png import picture, wrap


def unpaint(data: bytes) -> bytes:
    """Read the pixels of the PNG form that we write."""
    stream = io.BytesIO(data)
    assert stream.read(8) == b"\x89PNG\r\n\x1a\n"
    chunks = {}
    while header := stream.read(8):
        size, kind = struct.unpack(">I4s", header)
        body = stream.read(size)
        assert struct.unpack(">I", stream.read(4))[0] == zlib.crc32(kind + body)
        chunks[kind] = body
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert rest == [8, 2, 0, 0, 0]
    rows = zlib.decompress(chunks[b"IDAT"])
    stride = width * 3 + 1
    assert len(rows) == stride * height
    assert all(rows[index * stride] == 0 for index in range(height))
    return b"".join(rows[index * stride + 1 : (index + 1) * stride] for index in range(height))


@pytest.mark.parametrize("size", [1, 2, 3, 10, 100, 12_345])
def test_pixels_hold_the_text(size):
    text = (b'{"x": "' + "é".encode() * size)[:size]
    assert unpaint(picture(text)).rstrip(b"\n") == text.rstrip(b"\n")


def test_the_message_around_it():
    message = orjson.loads(wrap(b'{"op":"publish"}'))
    assert message["op"] == "png"
    assert unpaint(base64.b64decode(message["data"])).strip() == b'{"op":"publish"}'

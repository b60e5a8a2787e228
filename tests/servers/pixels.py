"""Reads the pixels of an RGB image in PNG, whatever wrote it."""

import io
import struct
import zlib

DEPTH = 3


def pixels(data: bytes) -> bytes:
    """Give the bytes of all pixels, row by row."""
    stream = io.BytesIO(data)
    assert stream.read(8) == b"\x89PNG\r\n\x1a\n"
    width, body = 0, b""
    while header := stream.read(8):
        size, kind = struct.unpack(">I4s", header)
        chunk = stream.read(size)
        assert struct.unpack(">I", stream.read(4))[0] == zlib.crc32(kind + chunk)
        if kind == b"IHDR":
            width, _, *rest = struct.unpack(">IIBBBBB", chunk)
            assert rest == [8, 2, 0, 0, 0], "not RGB of 8 bits"
        elif kind == b"IDAT":
            body += chunk
    rows = zlib.decompress(body)
    stride = width * DEPTH + 1
    above, result = bytes(stride - 1), b""
    for start in range(0, len(rows), stride):
        above = _unfiltered(rows[start], rows[start + 1 : start + stride], above)
        result += above
    return result


def _unfiltered(kind: int, row: bytes, above: bytes) -> bytes:
    """Undo the filter of one row (PNG specification, section 9)."""
    done = bytearray(row)
    for index in range(len(done)):
        left = done[index - DEPTH] if index >= DEPTH else 0
        corner = above[index - DEPTH] if index >= DEPTH else 0
        guess = (0, left, above[index], (left + above[index]) // 2, _paeth(left, above[index], corner))[kind]
        done[index] = (done[index] + guess) & 255
    return bytes(done)


def _paeth(left: int, above: int, corner: int) -> int:
    middle = left + above - corner
    return min((left, above, corner), key=lambda value: abs(middle - value))

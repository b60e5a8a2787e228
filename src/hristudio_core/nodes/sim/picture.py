"""Small pictures drawn in code, as PNG (RFC 2083), with nothing but the standard library."""

import math
import struct
import zlib

WIDTH, HEIGHT = 160, 120
# Palette: wall, floor, face, dark, signal.
_PALETTE = bytes((28, 34, 44, 58, 62, 70, 232, 236, 240, 20, 22, 26, 240, 170, 60))
_WALL, _FLOOR, _FACE, _DARK, _SIGNAL = range(5)
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode(rows: list[bytearray]) -> bytes:
    """Encode rows of palette indices as a PNG."""
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 1)
    chunks = ((b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", pixels), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def draw(seconds: float) -> bytes:
    """Draw what the robot sees: a person in a room, who sways, and a clock hand that turns."""
    rows = [bytearray([_WALL if y < HEIGHT * 2 // 3 else _FLOOR]) * WIDTH for y in range(HEIGHT)]
    sway = int(12 * math.sin(seconds))
    _disc(rows, WIDTH // 2 + sway, 48, 22, _FACE)
    for eye in (-8, 8):
        _disc(rows, WIDTH // 2 + sway + eye, 44, 3, _DARK)
    angle = math.tau * (seconds % 10) / 10
    for length in range(12):
        _dot(rows, 140 + int(length * math.sin(angle)), 18 - int(length * math.cos(angle)), _SIGNAL)
    return encode(rows)


def _disc(rows: list[bytearray], x: int, y: int, radius: int, colour: int) -> None:
    for row in range(max(0, y - radius), min(HEIGHT, y + radius + 1)):
        half = int(math.sqrt(radius * radius - (row - y) ** 2))
        left, right = max(0, x - half), min(WIDTH, x + half + 1)
        rows[row][left:right] = bytes([colour]) * (right - left)


def _dot(rows: list[bytearray], x: int, y: int, colour: int) -> None:
    rows[y][x : x + 2] = bytes([colour]) * 2

"""CDR bytes -> plain values, by a function generated once per type.

Runs of numbers become one `struct.unpack_from`, across the borders of nested messages, as long
as their alignment is known when the code is generated; after a string it is found at run time.
Alignment counts from the end of the 4-byte encapsulation header (XCDR1, OMG DDS-XTypes 7.4.1).
"""

import struct
import sys
from array import array
from binascii import b2a_base64
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any

import cbor2

from hristudio_bridge.codec.schema import (
    SIZES,
    Array,
    Scalar,
    Sequence,
    Shape,
    Struct,
    Text,
    is_bytes,
)
from hristudio_bridge.errors import BrokenSample

HEADER = 4
# RFC 8746 tags of little-endian typed arrays; uint8 travels as a byte string
TAGS = {"H": 69, "I": 70, "Q": 71, "b": 72, "h": 77, "i": 78, "q": 79, "f": 85, "d": 86}

Read = Callable[[bytes], dict[str, Any]]


class Style(Enum):
    """What the values are for: JSON text or CBOR bytes."""

    JSON = "json"
    CBOR = "cbor"


@lru_cache(maxsize=2048)
def reader(shape: Struct, style: Style) -> Read:
    """Generate the function that reads a serialised message of this shape."""
    readers: dict[str, Callable[[bytes, int], dict[str, Any]]] = {}

    def read(data: bytes) -> dict[str, Any]:
        try:
            order = "<" if data[1] & 1 else ">"
            function = readers.get(order)
            if function is None:
                function = readers[order] = _Generator(style, order).function(shape)
            return function(data, HEADER)
        except (struct.error, ValueError, IndexError, MemoryError) as error:
            raise BrokenSample(f"{len(data)} bytes are no {shape.name}: {error}") from error

    return read


class _Generator:
    """Writes the source of one reading function."""

    def __init__(self, style: Style, order: str) -> None:
        self._json = style is Style.JSON
        self._order = order
        self._foreign = (order == "<") != (sys.byteorder == "little")
        self._lines = ["def read(b, o):"]
        self._indent = 1
        self._count = 0
        self._run: list[str] = []
        self._format = ""
        self._position = 0
        self._known = 8
        self._names: dict[str, Any] = {
            "tag": cbor2.CBORTag,
            "numbers": _numbers,
            "swap": _swapped,
            "view": memoryview,
            "check": _check,
            "base64": b2a_base64,
            "length": struct.Struct(order + "I").unpack_from,
            "wide": _wide_reader(order),
        }

    def function(self, shape: Struct) -> Callable[[bytes, int], dict[str, Any]]:
        result = self._value(shape)
        self._flush()
        self._line(f"return {result}")
        source = "\n".join(self._lines)
        exec(compile(source, f"<reader of {shape.name}>", "exec"), self._names)  # noqa: S102 - generated from identifiers of interface files
        function: Callable[[bytes, int], dict[str, Any]] = self._names["read"]
        return function

    def _line(self, text: str) -> None:
        self._lines.append("    " * self._indent + text)

    def _variable(self) -> str:
        self._count += 1
        return f"v{self._count}"

    def _value(self, shape: Shape) -> str:
        match shape:
            case Scalar():
                return self._scalar(shape.code)
            case Text():
                return self._text(shape)
            case Struct(fields=()):
                # an empty message holds one byte that means nothing
                self._scalar("B")
                return "{}"
            case Struct():
                parts = [f"{field.name!r}: {self._value(field.shape)}" for field in shape.fields]
                return "{" + ", ".join(parts) + "}"
            case Array():
                self._flush()
                return self._elements(shape, str(shape.size))
            case Sequence():
                return self._elements(shape, self._length())

    # -- numbers

    def _scalar(self, code: str) -> str:
        size = SIZES[code]
        if size > self._known:
            self._align(size)
        padding = -self._position % size
        self._format += "x" * padding + code
        self._position += padding + size
        name = self._variable()
        self._run.append(name)
        return name

    def _flush(self) -> None:
        if not self._run:
            return
        unpack = f"u{self._count}"
        self._names[unpack] = struct.Struct(self._order + self._format).unpack_from
        self._line(f"{', '.join(self._run)}, = {unpack}(b, o)")
        self._line(f"o += {self._position}")
        self._known = min(self._known, self._position & -self._position)
        self._run, self._format, self._position = [], "", 0

    def _align(self, size: int) -> None:
        self._flush()
        if size <= self._known:
            return
        # positions count from after the header: 4 is 0 modulo 2 and 4, but not modulo 8
        self._line("o = (o + 3 & -8) + 4" if size == 8 else f"o = o + {size - 1} & -{size}")
        self._known = size

    # -- strings and lists

    def _length(self) -> str:
        self._align(4)
        name = self._variable()
        self._line(f"{name}, = length(b, o)")
        self._line(f"o += 4; check({name}, b)")
        self._known = 4
        return name

    def _text(self, shape: Text) -> str:
        size = self._length()
        name = self._variable()
        if shape.wide:
            self._line(f"{name} = wide(b, o, {size}); o += {size} * 4")
            return name
        self._line(f"{name} = b[o:o + {size} - 1].decode('utf-8', 'replace') if {size} else ''; o += {size}")
        self._known = 1
        return name

    def _elements(self, shape: Array | Sequence, count: str) -> str:
        if isinstance(shape.element, Scalar):
            return self._numbers(shape, shape.element, count)
        name, item = self._variable(), self._variable()
        self._line(f"{name} = []")
        self._line(f"for {item} in range({count}):")
        self._indent += 1
        self._known = 1
        value = self._value(shape.element)
        self._flush()
        self._line(f"{name}.append({value})")
        self._indent -= 1
        self._known = 1
        return name

    def _numbers(self, shape: Array | Sequence, element: Scalar, count: str) -> str:
        size = SIZES[element.code]
        name, end = self._variable(), self._variable()
        if size > self._known:
            # an empty sequence is followed by no padding
            align = "o = (o + 3 & -8) + 4" if size == 8 else f"o = o + {size - 1} & -{size}"
            self._line(align if isinstance(shape, Array) else f"if {count}: {align}")
        self._line(f"{end} = o + {count} * {size}; check({end}, b)")
        self._line(f"{name} = {self._packed(shape, element, f'b[o:{end}]', end)}")
        self._line(f"o = {end}")
        self._known = 1
        return name

    def _packed(self, shape: Array | Sequence, element: Scalar, chunk: str, end: str) -> str:
        code = element.code
        if is_bytes(shape):
            return f"base64(view(b)[o:{end}], newline=False).decode('ascii')" if self._json else chunk
        if code == "?":
            return f"[x != 0 for x in {chunk}]"
        if self._json or element.name == "octet":
            return f"list({chunk})" if code == "B" else f"numbers(b, o, {end}, '{code}', {self._foreign})"
        return f"tag({TAGS[code]}, {f'swap({chunk}, {code!r})' if self._order == '>' else chunk})"


def _check(size: int, data: bytes) -> None:
    if size > len(data):
        raise ValueError(f"a length of {size} leads past the end")


def _numbers(data: bytes, start: int, end: int, code: str, foreign: bool) -> list[int] | list[float]:
    if foreign:
        values = array(code, data[start:end])
        values.byteswap()
        return values.tolist()
    return memoryview(data)[start:end].cast(code).tolist()  # type: ignore[call-overload]


def _swapped(data: bytes, code: str) -> bytes:
    values = array(code, data)
    values.byteswap()
    return values.tobytes()


def _wide_reader(order: str) -> Callable[[bytes, int, int], str]:
    def wide(data: bytes, offset: int, size: int) -> str:
        # each UTF-16 code unit fills four bytes
        units = struct.unpack_from(f"{order}{size}I", data, offset)
        return struct.pack(f"<{size}H", *units).decode("utf-16-le", "replace")

    return wide

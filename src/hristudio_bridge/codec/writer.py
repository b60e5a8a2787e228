"""Plain values from a client -> CDR bytes, by closures built once per type.

Every value is checked on the way: unknown fields, wrong types, numbers out of range and lists of
the wrong length end in a `Mismatch` that names the field. rclpy would let several of them pass.
"""

import struct
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hristudio_bridge.codec.schema import SIZES, Array, Scalar, Sequence, Shape, Struct, Text, is_bytes
from hristudio_bridge.errors import Mismatch

HEADER = b"\x00\x01\x00\x00"
PADDING = tuple(bytes(n) for n in range(8))
EMPTY: dict[str, Any] = {}
TIME = "builtin_interfaces/msg/Time"
TIMES = {TIME, "builtin_interfaces/msg/Duration"}
# the names of ROS 1, which clients still send
OLD_TIME_NAMES = {"secs": "sec", "nsecs": "nanosec"}
STAMPED = "std_msgs/msg/Header"

Now = Callable[[], tuple[int, int]]
Put = Callable[[bytearray, Any, Now], None]
Write = Callable[[Any, Now], bytes]


@lru_cache(maxsize=1024)
def writer(shape: Struct) -> Write:
    """Build the function that serialises a value of this shape; it raises `Mismatch`."""
    put = _struct(shape)

    def write(value: Any, now: Now) -> bytes:
        buffer = bytearray(HEADER)
        try:
            put(buffer, value, now)
        except RecursionError:
            raise Mismatch("it is nested too deeply") from None
        return bytes(buffer)

    return write


def _putter(shape: Shape) -> Put:  # noqa: PLR0911 - one a kind of shape
    match shape:
        case Scalar(code="?"):
            return _boolean
        case Scalar():
            return _number(shape)
        case Text():
            return _text(shape)
        case Struct():
            return _struct(shape)
        case Array() | Sequence():
            if is_bytes(shape):
                return _octets(shape)
            if isinstance(shape.element, Scalar):
                return _numbers(shape, shape.element)
            return _list(shape)


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a truth value", type(None): "null",
             int: "an integer", float: "a decimal number", bytes: "bytes"}  # fmt: skip
    return names.get(type(value), type(value).__name__)


def _boolean(buffer: bytearray, value: Any, now: Now) -> None:  # noqa: ARG001 - every Put has this form
    if value is not True and value is not False:
        raise Mismatch(f"bool expected, not {_kind(value)}")
    buffer.append(value)


def _number(shape: Scalar) -> Put:
    pack = struct.Struct("<" + shape.code).pack
    size, floating = SIZES[shape.code], shape.code in "fd"

    def put(buffer: bytearray, value: Any, now: Now) -> None:  # noqa: ARG001
        if floating and value is None:
            value = float("nan")  # JSON has no NaN: it leaves as null, so it returns as null
        if value.__class__ is bool or (
            value.__class__ is not int and not (floating and value.__class__ is float)
        ):
            raise Mismatch(f"{shape.name} expected, not {_kind(value)}")
        if size > 1:
            buffer += PADDING[(4 - len(buffer)) % size]
        try:
            buffer += pack(value)
        except (struct.error, OverflowError):
            raise Mismatch(f"{value} is out of range of {shape.name}") from None

    return put


def _text(shape: Text) -> Put:
    pack = struct.Struct("<I").pack
    bound, wide = shape.bound, shape.wide

    def put(buffer: bytearray, value: Any, now: Now) -> None:  # noqa: ARG001
        if value.__class__ is not str:
            raise Mismatch(f"string expected, not {_kind(value)}")
        try:
            data = value.encode("utf-16-le" if wide else "utf-8")
        except UnicodeEncodeError:
            raise Mismatch("the string holds half of a surrogate pair") from None
        length = len(data) // 2 if wide else len(data)
        if bound is not None and length > bound:
            raise Mismatch(f"the string is longer than {bound}")
        buffer += PADDING[-len(buffer) % 4]
        if wide:
            buffer += pack(length)
            for index in range(0, len(data), 2):
                buffer += data[index : index + 2] + b"\0\0"
        else:
            buffer += pack(length + 1) + data + b"\0"

    return put


def _struct(shape: Struct) -> Put:
    # EMPTY tells a header that was left out from one that has no stamp
    items = tuple(
        (field.name, _putter(field.shape), EMPTY if field.default == {} else field.default)
        for field in shape.fields
    )
    names = frozenset(field.name for field in shape.fields)
    is_time, is_header = shape.name in TIMES, shape.name == STAMPED

    def put(buffer: bytearray, value: Any, now: Now) -> None:
        if is_time:
            value = _time(value, now, absolute=shape.name == TIME)
        if value.__class__ is not dict:
            raise Mismatch(f"{shape.name} expected, not {_kind(value)}")
        if not value.keys() <= names:
            unknown = next(name for name in value if name not in names)
            raise Mismatch(f"{shape.name} has no such field", (str(unknown),))
        if is_header and value is not EMPTY and value.get("stamp") is None:
            value = {**value, "stamp": "now"}
        for name, write, default in items:
            try:
                write(buffer, value.get(name, default), now)
            except Mismatch as problem:
                raise problem.within(name) from None
        if not items:
            buffer.append(0)

    return put


def _time(value: Any, now: Now, *, absolute: bool) -> Any:
    if absolute and value == "now":
        seconds, nanoseconds = now()
        return {"sec": seconds, "nanosec": nanoseconds}
    if value.__class__ is dict and value.keys() & OLD_TIME_NAMES.keys():
        return {OLD_TIME_NAMES.get(name, name): part for name, part in value.items()}
    return value


def _count(shape: Array | Sequence, buffer: bytearray, length: int) -> None:
    if isinstance(shape, Array):
        if length != shape.size:
            raise Mismatch(f"{shape.size} elements expected, not {length}")
        return
    if shape.bound is not None and length > shape.bound:
        raise Mismatch(f"{length} elements are more than {shape.bound}")
    buffer += PADDING[-len(buffer) % 4]
    buffer += struct.pack("<I", length)


def _octets(shape: Array | Sequence) -> Put:
    def put(buffer: bytearray, value: Any, now: Now) -> None:  # noqa: ARG001
        try:
            data = b64decode(value, validate=True) if value.__class__ is str else bytes(value)
        except Base64Error as error:
            raise Mismatch(f"base64 expected: {error}") from None
        except (TypeError, ValueError):
            raise Mismatch("base64 or a list of numbers from 0 to 255 expected") from None
        _count(shape, buffer, len(data))
        buffer += data

    def guarded(buffer: bytearray, value: Any, now: Now) -> None:
        # bytes(7) would make seven zeros, and True counts as 1
        if value.__class__ not in (str, list, bytes) or (
            value.__class__ is list and bool in map(type, value)
        ):
            raise Mismatch(f"base64 or a list of numbers expected, not {_kind(value)}")
        put(buffer, value, now)

    return guarded


def _numbers(shape: Array | Sequence, element: Scalar) -> Put:
    code, size = element.code, SIZES[element.code]
    allowed: set[type] = {int}
    if code in "fd":
        allowed = {int, float, type(None)}
    elif code == "?":
        allowed = {bool}

    def put(buffer: bytearray, value: Any, now: Now) -> None:  # noqa: ARG001
        if value.__class__ is bytes and size == 1:
            value = list(value)
        if value.__class__ is not list:
            raise Mismatch(f"a list of {element.name} expected, not {_kind(value)}")
        kinds = set(map(type, value))
        if not kinds <= allowed:
            index = next(i for i, item in enumerate(value) if type(item) not in allowed)
            raise Mismatch(f"{element.name} expected, not {_kind(value[index])}", (f"[{index}]",))
        if type(None) in kinds:
            value = [float("nan") if item is None else item for item in value]
        _count(shape, buffer, len(value))
        if value and size > 1:
            buffer += PADDING[(4 - len(buffer)) % size]
        try:
            buffer += struct.pack(f"<{len(value)}{code}", *value)
        except (struct.error, OverflowError):
            raise Mismatch(f"a number is out of range of {element.name}") from None

    return put


def _list(shape: Array | Sequence) -> Put:
    put_element = _putter(shape.element)

    def put(buffer: bytearray, value: Any, now: Now) -> None:
        if value.__class__ is not list:
            raise Mismatch(f"a list expected, not {_kind(value)}")
        _count(shape, buffer, len(value))
        for index, item in enumerate(value):
            try:
                put_element(buffer, item, now)
            except Mismatch as problem:
                raise problem.within(f"[{index}]") from None

    return put

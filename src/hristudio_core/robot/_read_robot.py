"""Reads what a profile says of the robot itself: stop, limits, connection, battery, topics."""

from collections.abc import Iterator
from typing import Any

from hristudio_core.robot.fields import FieldPath
from hristudio_core.robot.place import Place
from hristudio_core.robot.profile import Battery, Camera, Command, Connection, Kind, Limit, Stop, Watch
from hristudio_core.robot.reader import Reader

_FIELD_TYPES = ("string", "number", "boolean")


def read_stop(reader: Reader) -> Stop:
    """Read `stop:`; without one there is nothing to stop, which is a problem."""
    stop = reader.reader("stop")
    if stop is None:
        reader.get("stop", required=True)
        return Stop(20.0, 0.5, (), (), (), ())
    read = Stop(
        repeat_hz=stop.number("repeat_hz", 20.0, above=1, most=100),
        deadman_s=stop.number("deadman_s", 0.5, above=0.05, most=10),
        topics=tuple(_read_commands(stop, "topics", (Kind.TOPIC,))),
        services=tuple(_read_commands(stop, "services", (Kind.SERVICE,))),
        cancel=tuple(stop.ros_name(item) for item in stop.items("cancel")),
        release=tuple(_read_commands(stop, "release", (Kind.TOPIC, Kind.SERVICE))),
    )
    stop.done()
    return read


def _read_commands(stop: Reader, name: str, kinds: tuple[Kind, ...]) -> Iterator[Command]:
    for item in stop.items(name):
        reader = Reader(item, stop.reading)
        kind = next((kind for kind in kinds if reader.has(kind.value)), kinds[0])
        interface = reader.interface(kind)
        found = reader.get("message" if kind is Kind.TOPIC else "request")
        values: Any = found.plain() if found else {}
        repeat = reader.boolean("repeat", fallback=True) if kind is Kind.TOPIC else False
        reader.done()
        yield Command(interface, values, repeat)


def read_limits(reader: Reader) -> Iterator[Limit]:
    """Read `limits:`, bounds on fields whatever computes them."""
    for item in reader.items("limits"):
        limit = Reader(item, reader.reading)
        read = Limit(
            interface=limit.text("of"),
            field=limit.path("field", required=True) or FieldPath("unread"),
            minimum=limit.number("minimum", None),
            maximum=limit.number("maximum", None),
            unit=limit.text("unit", ""),
        )
        limit.done()
        if read.minimum > read.maximum:
            reader.reading.problem(item, f"minimum {read.minimum:g} is above maximum {read.maximum:g}")
        yield read


def read_connection(reader: Reader) -> Connection | None:
    """Read `connection:`, the topic that proves that the robot lives."""
    inner = reader.reader("connection")
    if inner is None:
        return None
    timeout_s = inner.number("timeout_s", 2.0, above=0.1, most=60)
    read = Connection(inner.interface(Kind.TOPIC), timeout_s)
    inner.done()
    return read


def read_battery(reader: Reader) -> Battery | None:
    """Read `battery:`."""
    inner = reader.reader("battery")
    if inner is None:
        return None
    interface = inner.interface(Kind.TOPIC)
    field = inner.path("field", required=True) or FieldPath("unread")
    read = Battery(interface, field, inner.number("scale", 1.0, above=0))
    inner.done()
    return read


def read_watch(reader: Reader) -> Iterator[Watch]:
    """Read `watch:`, topics that a trial may wait for."""
    for name, place in reader.mapping("watch"):
        inner = Reader(place, reader.reading)
        title = inner.text("title", name.capitalize())
        interface = inner.interface(Kind.TOPIC)
        fields = {
            key.text: _read_field(key, value, inner) for key, value in inner.entries("fields", required=True)
        }
        inner.done()
        yield Watch(name, title, interface, fields)


def _read_field(key: Place, value: Place, parent: Reader) -> dict[str, str]:
    inner = Reader(value, parent.reading)
    parent.reading.field_path(key)
    read = {"type": inner.choice("type", _FIELD_TYPES, "number")}
    for word in ("unit", "title"):
        if inner.has(word):
            read[word] = inner.text(word)
    inner.done()
    return read


def read_cameras(reader: Reader) -> Iterator[Camera]:
    """Read `cameras:`."""
    for name, place in reader.mapping("cameras"):
        inner = Reader(place, reader.reading)
        read = Camera(name, inner.text("title", name.capitalize()), inner.interface(Kind.TOPIC))
        inner.done()
        yield read

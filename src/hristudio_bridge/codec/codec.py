"""One message type in all its encodings."""

from typing import Any

from hristudio_bridge.codec.reader import Style, reader
from hristudio_bridge.codec.schema import Struct, schema_of
from hristudio_bridge.codec.writer import Now, writer

HEADER = "std_msgs/msg/Header"


class Codec:
    """Translates serialised messages of one generated class."""

    __slots__ = ("message", "read_cbor", "read_json", "schema", "stamped", "write")

    def __init__(self, message: type[Any]) -> None:
        self.message = message
        self.schema = schema_of(message)
        # whether it has a header of its own that a publisher may leave to us
        self.stamped = any(
            field.name == "header" and isinstance(field.shape, Struct) and field.shape.name == HEADER
            for field in self.schema.fields
        )
        self.read_json = reader(self.schema, Style.JSON)
        self.read_cbor = reader(self.schema, Style.CBOR)
        self.write = writer(self.schema)

    @property
    def name(self) -> str:
        """Full type name, `pkg/kind/Name`."""
        return self.schema.name


__all__ = ["Codec", "Now"]

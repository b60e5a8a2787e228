"""Serialised ROS messages <-> plain values, JSON and CBOR."""

from hristudio_bridge.codec.codec import Codec
from hristudio_bridge.codec.gaps import gaps
from hristudio_bridge.codec.writer import Now

__all__ = ["Codec", "Now", "gaps"]

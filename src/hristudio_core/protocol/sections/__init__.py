"""The sections of a protocol file, one module each."""

from __future__ import annotations

from hristudio_core.protocol.sections.parameters import misfit
from hristudio_core.protocol.sections.protocol import FIRST_KEY, LANGUAGE, PROTOCOL, read_protocol

__all__ = ["FIRST_KEY", "LANGUAGE", "PROTOCOL", "misfit", "read_protocol"]

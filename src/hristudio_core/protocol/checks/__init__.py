"""What a protocol must fulfil beyond its form."""

from __future__ import annotations

from hristudio_core.protocol.checks.names import check_names

__all__ = ["check_names"]

"""Checks that make sense of a whole protocol only, and so wait until its parts are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.protocol.checks.endings import check_endings
from hristudio_core.protocol.checks.graph import check_graph
from hristudio_core.protocol.checks.usage import check_usage

if TYPE_CHECKING:
    from hristudio_core.protocol.model import Protocol
    from hristudio_core.protocol.reader import Reader


def check_sense(protocol: Protocol, reader: Reader) -> None:
    """Tell about steps, loops and declarations that make no sense together."""
    check_graph(protocol, reader)
    check_endings(protocol, reader)
    check_usage(protocol, reader)

"""What a protocol must fulfil beyond its form."""

from __future__ import annotations

from hristudio_core.protocol.checks._walk import walk
from hristudio_core.protocol.checks.conditions import check_conditions
from hristudio_core.protocol.checks.hotkeys import check_hotkeys
from hristudio_core.protocol.checks.names import check_names
from hristudio_core.protocol.checks.prompts import check_prompts
from hristudio_core.protocol.checks.sense import check_sense
from hristudio_core.protocol.checks.skills import check_skills

__all__ = [
    "check_conditions",
    "check_hotkeys",
    "check_names",
    "check_prompts",
    "check_sense",
    "check_skills",
    "walk",
]

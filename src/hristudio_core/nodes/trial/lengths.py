"""Bounds on what people send: each text is kept for ever and told to everybody."""

from __future__ import annotations

from typing import Any

from hristudio_core.conduct import OrderRefused
from hristudio_core.engine import MAX_TEXT


def refuse_long(request: Any, *documents: str) -> None:
    """Refuse texts that no person types; ``documents`` name the fields with bounds of their own.

    Raises:
        OrderRefused: A text is too long.
    """
    for name, kind in request.get_fields_and_field_types().items():
        value = getattr(request, name) if name not in documents else ""
        for text in [value] if kind == "string" else value if kind == "sequence<string>" else ():
            if len(text) > MAX_TEXT:
                raise OrderRefused("illegal", f"{name} is too long: over {MAX_TEXT} characters")

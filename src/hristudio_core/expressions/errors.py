"""What can go wrong with an expression: always its author's text, or the values it is given."""

from __future__ import annotations


class ExpressionError(Exception):
    """An expression or template cannot be read, or has no value.

    Attributes:
        reason: what is wrong, for the author.
        position: offset into the text, in characters, -1 when none is known.
        hint: the likely remedy, or empty.
    """

    def __init__(self, reason: str, position: int = -1, hint: str = "") -> None:
        super().__init__(f"{reason} ({hint})" if hint else reason)
        self.reason = reason
        self.position = position
        self.hint = hint

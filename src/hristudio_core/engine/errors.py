"""What can go wrong in the engine: the caller's request, or the record it is given."""

from __future__ import annotations


class EngineError(Exception):
    """Anything that this package raises."""


class Refused(EngineError):
    """An input is not legal now. Nothing has changed.

    Attributes:
        code: machine readable: stale, illegal, no_seat, wrong_role, not_running, unknown, held, unknown_role.
        reason: why, for the person who asked.
    """

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class RecordError(EngineError):
    """The facts handed over are not a record of a trial of this protocol."""


class IllegalMove(RecordError):
    """A fact asks for a transition that the tables do not have."""

    def __init__(self, machine: str, phase: str, move: str) -> None:
        super().__init__(f"{machine}: no move {move!r} from {phase!r}")
        self.machine = machine
        self.phase = phase
        self.move = move


class UnknownFact(RecordError):
    """A fact's kind is not one of this version."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"unknown kind of event {kind!r}: was the journal written by a newer version?")
        self.kind = kind


class MalformedFact(RecordError):
    """A fact's payload does not fit its kind."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"event of kind {kind!r} cannot be read: {reason}")
        self.kind = kind
        self.reason = reason

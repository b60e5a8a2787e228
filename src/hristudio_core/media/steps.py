"""What was done to make a store as it has to be."""

import enum

from msgspec import Struct


class Outcome(str, enum.Enum):
    """What became of a step."""

    ALREADY = "already"
    DONE = "done"
    TO_DO = "to do"
    NOT_OFFERED = "not offered"
    FAILED = "failed"


class Step(Struct, frozen=True):
    """One thing that a store must be: its name, what became of it, in which way."""

    name: str
    outcome: Outcome
    detail: str

    @property
    def in_order(self) -> bool:
        """Whether it is as it has to be, or cannot be asked for."""
        return self.outcome not in {Outcome.TO_DO, Outcome.FAILED}

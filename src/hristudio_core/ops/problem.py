"""What is wrong with a setting."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """What is wrong with a variable, and what to do; `shown` is its value, masked if it is a secret."""

    variable: str
    shown: str
    found: str
    remedy: str

    def __str__(self) -> str:
        value = f"={self.shown}" if self.shown else ""
        return f"{self.variable}{value}: {self.found}; {self.remedy}"

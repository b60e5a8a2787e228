"""One measured number beside what is required of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    required: str
    ok: bool
    reference: float | None = None

    def ratio(self) -> float | None:
        """Tell how many times better than the reference this is."""
        if not self.reference or not self.value:
            return None
        more_is_better = not self.required.startswith("<=")
        return self.value / self.reference if more_is_better else self.reference / self.value

    @classmethod
    def at_most(cls, name: str, value: float, unit: str, limit: float) -> "Figure":
        return cls(name, value, unit, f"<= {limit:,g}", value <= limit)

    @classmethod
    def at_least(cls, name: str, value: float, unit: str, limit: float) -> "Figure":
        return cls(name, value, unit, f">= {limit:,g}", value >= limit)


def percentile(values: list[float], share: float) -> float:
    """Give the smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

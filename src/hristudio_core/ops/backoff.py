"""When a process that died is started again."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Backoff:
    """How long to wait before a restart; doubles while the process keeps dying.

    Attributes:
        first_s: Wait after a death that came out of the blue, s.
        longest_s: Wait at most, s.
        steady_s: A process that lived this long is healthy again, s.
        loop_after: This many deaths in a row are called a crash loop.
        deaths: Deaths in a row so far.
    """

    first_s: float = 0.2
    longest_s: float = 30.0
    steady_s: float = 10.0
    loop_after: int = 4
    deaths: int = 0

    def died(self, after_s: float) -> "Backoff":
        """Count a death of a process that lived `after_s` seconds."""
        return replace(self, deaths=1 if after_s >= self.steady_s else self.deaths + 1)

    @property
    def wait_s(self) -> float:
        """How long to wait before the next start, s."""
        return min(self.first_s * 2.0 ** max(self.deaths - 1, 0), self.longest_s)

    @property
    def looping(self) -> bool:
        """Whether the process dies again and again."""
        return self.deaths >= self.loop_after

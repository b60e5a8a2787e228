"""What a drill found, for machines (JSON) and for people."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from hristudio_core.backup.scope import Service

RTO_S = 4 * 3600.0
RPO_S = 3600.0


class Check(Struct, frozen=True):
    """One function of what was brought back, tried: how long it took, what was found, what is wrong."""

    name: str
    took_s: float
    found: str
    problems: tuple[str, ...] = ()


class DrillReport(Struct, frozen=True, kw_only=True):
    """What a drill found.

    Attributes:
        occasion: Why it was done: monthly, quarterly, yearly or by hand.
        began_at: When.
        backup: Which one was brought back.
        scope: What of it.
        recovery_s: How long it took until the database served; asked for: at most four hours.
        whole_s: The same until recordings were back, too.
        age_s: How old its data were when the drill began; asked for: at most an hour.
        trials, events: How many were brought back.
        chains: Trials whose chain of events was proved.
        recordings, recorded: Recordings brought back, and their bytes.
        checks: What was tried afterwards.
        problems: All that is not as it should be; empty when all is well.
    """

    occasion: str
    began_at: datetime
    backup: str
    scope: tuple[Service, ...]
    recovery_s: float
    whole_s: float
    age_s: float
    trials: int
    events: int
    chains: int
    recordings: int
    recorded: int
    checks: tuple[Check, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was found whole, in time and young enough."""
        return not self.problems


def as_text(report: DrillReport) -> str:
    """Write a report for people."""
    return "\n".join(_lines(report))


def _lines(report: DrillReport) -> Iterator[str]:
    yield f"drill             {report.occasion}, {report.began_at:%Y-%m-%d %H:%M} UTC"
    yield f"backup            {report.backup}: {', '.join(report.scope)}"
    yield f"recovery          {report.recovery_s:.1f} s (asked for: {RTO_S:.0f} s at most)"
    yield f"with recordings   {report.whole_s:.1f} s"
    yield f"age of the data   {report.age_s:.0f} s (asked for: {RPO_S:.0f} s at most)"
    yield f"brought back      {report.trials} trials, {report.events} events, {report.recordings} recordings"
    yield f"chains proved     {report.chains} of {report.trials}"
    for check in report.checks:
        yield f"{check.name:<17} {check.found} ({check.took_s:.2f} s){' PROBLEM' if check.problems else ''}"
    for problem in report.problems:
        yield f"problem           {problem}"
    yield "passed" if report.passed else "NOT PASSED"

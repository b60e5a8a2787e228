"""The notice of a maintenance: announced before, in force from its start until it is withdrawn.

Its end is what is expected, not what is certain: a maintenance that takes longer is in force all the same.
"""

import enum
from datetime import datetime

from msgspec import Struct

LONGEST_MESSAGE = 500


class Phase(str, enum.Enum):
    """How near a maintenance is."""

    ANNOUNCED = "announced"
    ON = "on"


class Notice(Struct, frozen=True, kw_only=True):
    """A maintenance.

    Attributes:
        starts_at: From when on it is in force, with time zone.
        ends_at: When it is expected to end; None: nobody knows.
        message: What is done, in the words of whoever does it.
        by: Who that is.
    """

    starts_at: datetime
    ends_at: datetime | None = None
    message: str = ""
    by: str = ""

    def phase(self, now: datetime) -> Phase:
        """Tell whether it is in force."""
        return Phase.ON if now >= self.starts_at else Phase.ANNOUNCED

    def until(self, now: datetime) -> str:
        """Say when it ends."""
        if self.ends_at is None:
            return "until it is ended"
        if now > self.ends_at:
            return f"longer than expected, which was until {moment(self.ends_at, now)}"
        return f"until about {moment(self.ends_at, now)}"

    def title(self, now: datetime) -> str:
        """Say in a few words what is or will be."""
        if self.phase(now) is Phase.ON:
            return f"Maintenance, {self.until(now)}"
        return f"Maintenance from {moment(self.starts_at, now)} on, {self.until(now)}"

    def words(self, now: datetime) -> str:
        """Say what that means for people."""
        told = f"{self.message.rstrip('.')}. " if self.message else ""
        when = "now" if self.phase(now) is Phase.ON else "then"
        rule = f"No new trial starts {when}, and nothing can be edited. Trials that run go on to their end."
        return f"{told}{rule}"

    def refusal(self, now: datetime) -> str:
        """Say why a trial does not start; empty while it may."""
        if self.phase(now) is not Phase.ON:
            return ""
        what = f" ({self.message.rstrip('.')})" if self.message else ""
        return f"HRIStudio is being maintained{what} {self.until(now)}: no new trial starts before it is over"


def moment(when: datetime, now: datetime) -> str:
    """Write a moment on this machine's clock: 14:30 CET, with the day when it is not today."""
    local, today = when.astimezone(), now.astimezone().date()
    return f"{local:%H:%M %Z}" if local.date() == today else f"{local:%-d %b, %H:%M %Z}"

"""What is counted of the product's use, and all that is told of it. What does not stand here goes nowhere."""

import re
from collections.abc import Mapping

from msgspec import Struct

VIEWED = "page.viewed"
STARTED = "trial.started"
ENDED = "trial.ended"


class Event(Struct, frozen=True):
    """Something that is counted: what it means, and its properties, each with the form of its values."""

    meaning: str
    properties: Mapping[str, re.Pattern[str]] = {}


EVENTS: Mapping[str, Event] = {
    VIEWED: Event("A page was shown", {"page": re.compile(r"[a-z_]+\.[a-z_]+")}),
    "study.created": Event("A study was made"),
    "protocol.stored": Event("A version of a protocol was stored in a study"),
    "plan.created": Event("A trial was planned"),
    STARTED: Event("A trial was started", {"mode": re.compile("live|pilot|rehearsal")}),
    ENDED: Event(
        "A trial that was counted as started ended", {"outcome": re.compile("completed|aborted|failed")}
    ),
    "trial.exported": Event("A trial's events were fetched as a file", {"form": re.compile("json|csv")}),
    "participant.imported": Event("A list of participants was imported; not how many"),
    "participant.exported": Event("A list of participants was exported; not how many"),
    "recording.fetched": Event("A link to a recording was given"),
}
"""By name. Those of acts are called as in the audit trail."""


def fitting(event: str, told: Mapping[str, object]) -> dict[str, str] | None:
    """Give the properties that may be told of an event; None when it is not to be counted at all."""
    known = EVENTS.get(event)
    if known is None:
        return None
    values = {name: str(told[name]) for name in known.properties if name in told}
    return {name: value for name, value in values.items() if known.properties[name].fullmatch(value)}

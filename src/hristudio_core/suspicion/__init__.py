"""Suspicious activity: rules over what the audit trail has, and the cases that are open.

No count is kept beside the trail. What was refused stands there, and so does what was raised as a case and
who has looked at it; every process reads the same and finds the same. A case is raised once until somebody
has looked at it, or a day is over; what was refused before it was looked at counts no more.
"""

from hristudio_core.suspicion.book import ACKNOWLEDGED, CASES, KEPT, TOLD, Book, Case, read
from hristudio_core.suspicion.counting import Suspicion, count, find
from hristudio_core.suspicion.rules import FACTS, RULES, WINDOW, Kind, Rule

__all__ = [
    "ACKNOWLEDGED",
    "CASES",
    "FACTS",
    "KEPT",
    "RULES",
    "TOLD",
    "WINDOW",
    "Book",
    "Case",
    "Kind",
    "Rule",
    "Suspicion",
    "count",
    "find",
    "read",
]

"""The open cases of suspicious activity as administrators see them, and saying that one was looked at."""

from datetime import timedelta
from typing import Any

from msgspec import Struct

from hristudio_core.store import Account
from hristudio_core.suspicion import ACKNOWLEDGED, FACTS, RULES, Case, Rule, Suspicion, count
from hristudio_web.errors import Conflict
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

DAY = timedelta(days=1)
LONGEST_NOTE = 200
GONE = "Somebody has looked at that case already. Its record and theirs stand below."


class Shown(Struct, frozen=True):
    """A case as the page shows it.

    Attributes:
        case: The case.
        rule: What it is, in words.
        account: Whose account it is about; None: about none that is there.
        address: The network address that it is about; "": about none.
        since_then: What was counted since it was raised; None: nothing in the last day.
        filters: What the trail is asked for to see what counted.
    """

    case: Case
    rule: Rule
    account: Account | None
    address: str
    since_then: Suspicion | None
    filters: dict[str, Any]


def cases() -> list[Shown]:
    """List the open cases as the trail has them now, the newest first."""
    opened = parts().lookout.book().open
    if not opened:
        return []
    raised = {case.suspicion.key: case.raised_at for case in opened}
    later = count(parts().audit.lately(FACTS, DAY), raised)
    known = {f"account:{account.id}": account for account in parts().accounts.all()}
    return [_shown(case, later.get(case.suspicion.key), known.get(case.suspicion.subject)) for case in opened]


def acknowledge(number: int, note: str) -> None:
    """Say that an open case was looked at; what was refused until now counts no more for it.

    Args:
        number: The id of the case.
        note: What it was, in the words of who has looked; for the trail.

    Raises:
        Conflict: It is not open, or not any more.
    """
    lookout = parts().lookout
    if all(case.id != number for case in lookout.book().open):
        raise Conflict(GONE)
    kept = parts().audit.record_once(
        ACKNOWLEDGED,
        account_id=somebody().id,
        subject=f"suspicion:{number}",
        detail={"note": note} if note else {},
    )
    lookout.learn()
    if kept is None:
        raise Conflict(GONE)


def _shown(case: Case, since_then: Suspicion | None, account: Account | None) -> Shown:
    rule, (kind, _, name) = RULES[case.suspicion.kind], case.suspicion.subject.partition(":")
    address = name if kind == "address" else ""
    filters = {"address": address} if address else {"object": case.suspicion.subject}
    return Shown(case, rule, account, address, since_then, {**filters, "what": rule.action})

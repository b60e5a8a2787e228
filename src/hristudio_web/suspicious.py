"""The open cases of suspicious activity as administrators see them, and saying that one was looked at."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from msgspec import Struct

from hristudio_core.store import Account, AuditRecord
from hristudio_core.suspicion import ACKNOWLEDGED, FACTS, RULES, Case, Rule, Suspicion, count
from hristudio_web.errors import Conflict
from hristudio_web.guard import somebody
from hristudio_web.parts import parts

DAY = timedelta(days=1)
LONGEST_NOTE = 200
MOST_SHOWN = 20
GONE = "Somebody has looked at that case already. Its record and theirs stand below."


class Shown(Struct, frozen=True):
    """A case as the page shows it.

    Attributes:
        case: The case.
        rule: What it is, in words.
        account: Whose account it is about; None: about none that is there.
        address: The network address that it is about; "": about none.
        since_then: What was counted since it was raised; None: nothing in the last day.
        entered: The last sign-in to that account since it began; None: there was none.
        filters: What the trail is asked for to see what counted.
    """

    case: Case
    rule: Rule
    account: Account | None
    address: str
    since_then: Suspicion | None
    entered: AuditRecord | None
    filters: dict[str, Any]


class Cases(Struct, frozen=True):
    """The newest open cases, and how many there are in all."""

    shown: tuple[Shown, ...] = ()
    count: int = 0


def cases() -> Cases:
    """Give the open cases as the trail has them now, the newest first."""
    opened = parts().lookout.book().open
    if not opened:
        return Cases()
    raised = {case.suspicion.key: case.raised_at for case in opened}
    later = count(parts().audit.lately(FACTS, DAY), raised)
    known = {f"account:{account.id}": account for account in parts().accounts.all()}
    shown = [
        _shown(case, later.get(case.suspicion.key), known.get(case.suspicion.subject))
        for case in opened[:MOST_SHOWN]
    ]
    return Cases(tuple(shown), len(opened))


def acknowledge(number: int, note: str) -> None:
    """Say that an open case was looked at; what was refused until now counts no more for it.

    Args:
        number: The id of the case.
        note: What it was, in the words of who has looked; for the trail.

    Raises:
        Conflict: It is not open, or not any more.
    """
    opened = parts().lookout.book().open
    if not _close([case for case in opened if case.id == number], note):
        raise Conflict(GONE)


def acknowledge_all(newest: int, note: str) -> int:
    """Say so of every open case up to the newest that was seen, by its id; give how many that closed."""
    return _close([case for case in parts().lookout.book().open if case.id <= newest], note)


def _close(chosen: Iterable[Case], note: str) -> int:
    # What this process has gathered was refused before the case is closed.
    parts().refusals.keep()
    kept = [
        parts().audit.record_once(
            ACKNOWLEDGED,
            account_id=somebody().id,
            subject=f"suspicion:{case.id}",
            detail={"note": note} if note else {},
        )
        for case in chosen
    ]
    parts().lookout.learn()
    return sum(one is not None for one in kept)


def _shown(case: Case, since_then: Suspicion | None, account: Account | None) -> Shown:
    rule, (kind, _, name) = RULES[case.suspicion.kind], case.suspicion.subject.partition(":")
    address = name if kind == "address" else ""
    filters = {"address": address} if address else {"object": case.suspicion.subject}
    entered = _entered(case) if account else None
    return Shown(case, rule, account, address, since_then, entered, {**filters, "what": rule.action})


def _entered(case: Case) -> AuditRecord | None:
    """Give the last sign-in to the account that a case is about, if that was after it began."""
    opened = parts().audit.page(subject=case.suspicion.subject, action="session.opened", limit=1)
    return opened[0] if opened and opened[0].at > case.suspicion.since else None

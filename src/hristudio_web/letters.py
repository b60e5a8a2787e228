"""The words of the letters that accounts get."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from hristudio_core.mail import Letter
from hristudio_core.notice import moment
from hristudio_core.store import Account
from hristudio_core.suspicion import RULES, Case

SIGNED = "HRIStudio\n"
MOST_CASES = 20
"""How many cases one letter tells of."""


def invitation(account: Account, link: str, inviter: str, days: int) -> Letter:
    """Say that there is an account now, and how to come in."""
    text = (
        f"Hello {account.name},\n\n"
        f"{inviter} has made an account for you at HRIStudio, where robot studies are run.\n"
        f"This link signs you in, once, within {days} days; then choose a password:\n\n{link}\n\n"
        "You did not expect this? Then leave it alone: nothing happens.\n\n"
    )
    return Letter(account.email, "Your account at HRIStudio", text + SIGNED)


def reset(account: Account, link: str) -> Letter:
    """Give the link by which somebody who has forgotten the password comes in."""
    text = (
        f"Hello {account.name},\n\n"
        "somebody, hopefully you, has asked for a new password at HRIStudio.\n"
        f"This link signs you in, once, within the hour; then choose a password:\n\n{link}\n\n"
        "It was not you? Then leave it alone: your password stays as it is.\n\n"
    )
    return Letter(account.email, "A new password for HRIStudio", text + SIGNED)


def notice(account: Account, what: str, link: str) -> Letter:
    """Say that something about the account's security has changed."""
    text = (
        f"Hello {account.name},\n\n{what}\n\n"
        "That was you? Then there is nothing to do. If it was not, tell an administrator at once,\n"
        f"and choose a new password here:\n\n{link}\n\n"
    )
    return Letter(account.email, "Your account at HRIStudio has changed", text + SIGNED)


def suspicious(account: Account, cases: Sequence[Case], names: Mapping[str, str], page: str) -> Letter:
    """Tell an administrator what is suspicious, but not from where; ``names`` are by subject."""
    now = datetime.now(timezone.utc)
    told = "\n".join(_case(case, names, now) for case in cases[:MOST_CASES])
    more = f"\n...and {len(cases) - MOST_CASES} more.\n" if len(cases) > MOST_CASES else ""
    where = f"at {page}" if page else "on the page Audit of HRIStudio"
    text = (
        f"Hello {account.name},\n\nthis looks suspicious:\n\n{told}{more}\n"
        f"From where it came, and the way to say that you have looked at it: {where}\n"
        "You get this letter because you are an administrator.\n\n"
    )
    subject = RULES[cases[0].suspicion.kind].title if len(cases) == 1 else f"{len(cases)} cases to look at"
    return Letter(account.email, f"HRIStudio, suspicious activity: {subject}", text + SIGNED)


def _case(case: Case, names: Mapping[str, str], now: datetime) -> str:
    found = case.suspicion
    rule, whose = RULES[found.kind], names.get(found.subject, "")
    about = f" ({whose})" if whose else ""
    return (
        f"* {rule.title}{about}: {found.count} {rule.counted} since {moment(found.since, now)}.\n"
        f"  {rule.advice}\n"
    )

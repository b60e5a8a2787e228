"""The words of the letters that accounts get."""

from hristudio_core.mail import Letter
from hristudio_core.store import Account

SIGNED = "HRIStudio\n"


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

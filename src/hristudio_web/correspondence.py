"""Writing to people: invitations, new passwords, and what has changed about their account."""

from datetime import timedelta

from flask import request, url_for
from flask_limiter import RateLimitExceeded

from hristudio_core.mail import Letter, MailError
from hristudio_core.store import Account
from hristudio_web.letters import invitation, notice, reset
from hristudio_web.parts import parts

INVITATION_DAYS = 7
RESETS = "3 per hour"
"""How many letters somebody gets, however often they, or others, ask."""


def sign_in_link(token: str, then: str = "") -> str:
    """Give the address of a sign-in link, as it is seen from outside."""
    return outside(url_for("sign_in.confirm", token=token, next=then or None))


def invite(account: Account, inviter: str) -> str:
    """Send somebody their first link; give what went wrong, if something did."""
    token = parts().sessions.issue_link(account.id, timedelta(days=INVITATION_DAYS))
    link = sign_in_link(token, _password_page())
    mailer = parts().mailer
    if mailer is None:
        return "There is no mail server."
    try:
        mailer.send(invitation(account, link, inviter, INVITATION_DAYS))
    except MailError as error:
        return f"The invitation could not be sent: {error}."
    return ""


def send_reset(email: str) -> None:
    """Send a link to whoever has this address, if anybody has; nothing tells whether."""
    post, sessions = parts().post, parts().sessions
    if post is None:
        return
    try:
        with parts().limiter.limit(RESETS, key_func=lambda: f"reset:{email.strip().lower()}"):
            account = parts().accounts.find(email)
    except RateLimitExceeded:
        return
    address = sign_in_link("TOKEN", _password_page())

    def write() -> Letter | None:
        if account is None or account.disabled_at:
            return None
        return reset(account, address.replace("TOKEN", sessions.issue_link(account.id)))

    post.put(write)


def tell(account: Account, what: str) -> None:
    """Tell somebody by mail, where there is any, what has changed about their account."""
    post, link = parts().post, outside(url_for("forgot.ask"))
    if post is not None:
        post.put(lambda: notice(account, what, link))


def _password_page() -> str:
    return f"{url_for('account.show')}#password-head"


def outside(path: str) -> str:
    """Give the address of a page of ours as browsers elsewhere reach it."""
    address = parts().settings.web.public_url or request.host_url
    return f"{address.rstrip('/')}{path}"

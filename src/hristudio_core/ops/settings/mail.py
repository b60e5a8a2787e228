"""Sending mail."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass

from hristudio_core.ops.problem import Problem
from hristudio_core.ops.settings._values import PORT, TEXT, one_of
from hristudio_core.ops.settings._variable import Kind, variable


class MailSecurity(str, enum.Enum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def _sender(text: str) -> str:
    local, _, domain = text.rpartition("<")[2].rstrip("> ").partition("@")
    if not local or not domain or any(mark in text for mark in "\r\n"):
        raise ValueError("an address is given as NAME@DOMAIN or Title <NAME@DOMAIN>")
    return text


@dataclass(frozen=True)
class MailSettings:
    """Mail: sign-in links, invitations and alerts; without SMTP_HOST none is sent."""

    host: str = variable("SMTP_HOST", "", TEXT, "Mail server")
    port: int = variable("SMTP_PORT", 587, PORT, "Port of the mail server")
    user: str = variable("SMTP_USER", "", TEXT, "Account at the mail server")
    password: str = variable("SMTP_PASS", "", TEXT, "Password of that account", secret=True)
    sender: str = variable("SMTP_FROM", "", Kind("mail address", _sender), "Who the mail comes from")
    security: MailSecurity = variable(
        "SMTP_SECURITY",
        MailSecurity.STARTTLS,
        one_of(MailSecurity),
        "How the connection is protected; tls is for port 465, none for a server on this machine alone",
    )

    @property
    def on(self) -> bool:
        """Whether mail can be sent."""
        return bool(self.host)

    def problems(self) -> Iterator[Problem]:
        """Find what does not fit together."""
        if self.host and not self.sender:
            yield Problem("SMTP_FROM", "", "not set, though SMTP_HOST is", "set it to the sender's address")
        if self.sender and not self.host:
            yield Problem("SMTP_HOST", "", "not set, though SMTP_FROM is", "set it, or unset SMTP_FROM")
        if self.password and not self.user:
            yield Problem("SMTP_USER", "", "not set, though SMTP_PASS is", "set it to the account's name")

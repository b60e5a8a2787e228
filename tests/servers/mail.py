"""A mail server in this process, on a free port, that keeps what it is sent."""

import socket
import ssl
from collections.abc import Awaitable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from tests.servers.certificates import self_signed

PATIENCE_S = 60.0
USER, PASSWORD = "hristudio", "a password at the mail server"


class MailServer(Controller):
    """Takes mail for everybody but those whose name says that it will not."""

    def __init__(self, certificate: Path | None, *, with_account: bool) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.certificate = certificate
        self._socket = socket.create_server(("127.0.0.1", 0))
        options: dict[str, Any] = {}
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            options = {"tls_context": context, "require_starttls": True}
        if with_account:
            options |= {"authenticator": _knows, "auth_required": True}
        super().__init__(
            self, "127.0.0.1", self._socket.getsockname()[1], ready_timeout=PATIENCE_S, **options
        )

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: object, session: object, envelope: Envelope, address: str, options: object
    ) -> str:
        del server, session, options
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("later"):
            return "451 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        del server, session
        assert isinstance(envelope.content, bytes)
        # Whoever sees a letter sees whose it is.
        self.recipients.extend(envelope.rcpt_tos)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def _create_server(self) -> Awaitable[Any]:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)

    def _trigger_server(self) -> None:
        with socket.create_connection((self.hostname, self.port), PATIENCE_S) as connection:
            connection.recv(1024)


def _knows(server: object, session: object, envelope: object, mechanism: str, data: Any) -> AuthResult:
    del server, session, envelope, mechanism
    return AuthResult(
        handled=False, success=(data.login, data.password) == (USER.encode(), PASSWORD.encode())
    )


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A server for this machine alone, without protection."""
    made = MailServer(None, with_account=False)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def guarded_mail_server(tmp_path: Path) -> Iterator[MailServer]:
    """A server as providers have them: STARTTLS and an account."""
    made = MailServer(self_signed(tmp_path / "mail.pem"), with_account=True)
    made.start()
    yield made
    made.stop()

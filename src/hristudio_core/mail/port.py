"""The way out for letters."""

from typing import Protocol

from hristudio_core.mail.letter import Letter


class Mailer(Protocol):
    """Sends letters."""

    def send(self, letter: Letter) -> None:
        """Send one; it is the next server's when this returns.

        Raises:
            MailUnavailable: The server is not there now.
            MailRefused: It will not take it.
        """

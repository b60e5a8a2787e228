"""Mail by SMTP. One connection a letter: letters are few, and servers hang up on idle ones."""

import smtplib
import ssl

from hristudio_core.mail.errors import MailRefused, MailUnavailable
from hristudio_core.mail.letter import Letter
from hristudio_core.ops.settings import MailSecurity, MailSettings

TIMEOUT_S = 15.0
LATER = range(400, 500)
"""Replies that ask to come back later (RFC 5321, 4.2.1)."""


class SmtpMailer:
    """See `Mailer`. Never falls back to an unprotected connection."""

    def __init__(self, settings: MailSettings, context: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._context = context or ssl.create_default_context()

    def send(self, letter: Letter) -> None:
        """See `Mailer.send`."""
        try:
            with self._connected() as server:
                if self._settings.user:
                    server.login(self._settings.user, self._settings.password)
                server.send_message(letter.message(self._settings.sender))
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _fault(code, words) from error
        except smtplib.SMTPResponseException as error:
            raise _fault(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused(f"the mail server lacks what is needed: {error}") from error
        except (OSError, smtplib.SMTPException) as error:
            host = f"{self._settings.host}:{self._settings.port}"
            raise MailUnavailable(f"the mail server {host} cannot be reached: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        given = self._settings
        if given.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(given.host, given.port, timeout=TIMEOUT_S, context=self._context)
        server = smtplib.SMTP(given.host, given.port, timeout=TIMEOUT_S)
        if given.security is MailSecurity.STARTTLS:
            try:
                server.starttls(context=self._context)
            except BaseException:
                server.close()
                raise
        return server


def _fault(code: int, words: bytes | str) -> MailUnavailable | MailRefused:
    told = words.decode(errors="replace") if isinstance(words, bytes) else words
    kind = MailUnavailable if code in LATER else MailRefused
    return kind(f"the mail server says: {code} {told}")

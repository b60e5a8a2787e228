"""Mail to people: letters, the way out by SMTP, a double that keeps them."""

from hristudio_core.mail.errors import LetterUnfit, MailError, MailFault, MailRefused, MailUnavailable
from hristudio_core.mail.letter import Letter
from hristudio_core.mail.memory import MemoryMailer
from hristudio_core.mail.port import Mailer
from hristudio_core.mail.post import Post
from hristudio_core.mail.smtp import SmtpMailer

__all__ = [
    "Letter",
    "LetterUnfit",
    "MailError",
    "MailFault",
    "MailRefused",
    "MailUnavailable",
    "Mailer",
    "MemoryMailer",
    "Post",
    "SmtpMailer",
]

"""A letter to one person, in plain text."""

import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from hristudio_core.mail.errors import LetterUnfit

_ADDRESS = re.compile(r"[^@\s<>\",;:]+@[^@\s<>\",;:]+")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter.

    Raises:
        LetterUnfit: The address is none, or the subject has more than one line.
    """

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.to):
            raise LetterUnfit(f"{self.to!r} is no mail address")
        if not self.subject.isprintable():
            raise LetterUnfit("a subject is one line")

    def message(self, sender: str) -> EmailMessage:
        """Give it as a message that mail programs can read and never answer by themselves (RFC 3834)."""
        made = EmailMessage()
        made["From"] = sender
        made["To"] = self.to
        made["Subject"] = self.subject
        made["Date"] = formatdate()
        made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2].rstrip("> "))
        made["Auto-Submitted"] = "auto-generated"
        made.set_content(self.text)
        return made

"""Mail without a server. The contract tests hold for it too."""

from typing import TYPE_CHECKING

from hristudio_core.mail.letter import Letter

if TYPE_CHECKING:
    from hristudio_core.mail.errors import MailFault


class MemoryMailer:
    """See `Mailer`. Keeps what was sent; ``trouble`` is raised instead where it is set."""

    def __init__(self) -> None:
        self.sent: list[Letter] = []
        self.trouble: MailFault | None = None

    def send(self, letter: Letter) -> None:
        """See `Mailer.send`."""
        if self.trouble is not None:
            raise self.trouble
        self.sent.append(letter)

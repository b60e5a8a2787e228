"""Links of stores that have no web server of their own: the dashboard serves them."""

from typing import BinaryIO, Protocol, runtime_checkable

from hristudio_core.media.objects import BYTES, Content, Stored, fit_key
from hristudio_core.media.tickets import Ticket, Tickets, Upload

PATH = "/media/"


@runtime_checkable
class Served(Protocol):
    """A store whose links the dashboard serves."""

    @property
    def tickets(self) -> Tickets:
        """What links to it are signed with."""

    def open(self, key: str) -> tuple[Stored, BinaryIO]:
        """Give an object's description, and its content as a seekable stream.

        Raises:
            NotStored: There is none.
        """

    def receive(
        self, key: str, source: BinaryIO, media_type: str = BYTES, expected: Content | None = None
    ) -> Stored:
        """Store a stream that can be read once only.

        Raises:
            UploadUnfit: It is not what was expected; nothing was stored.
        """


class Links:
    """Makes the links of a store that the dashboard serves under ``base``."""

    def __init__(self, tickets: Tickets, base: str = "") -> None:
        self._tickets = tickets
        self._base = base.rstrip("/") + PATH

    def upload(self, key: str, content: Content, media_type: str, expires_s: int) -> Upload:
        """See `Media.upload_link`."""
        until = self._tickets.until(expires_s)
        ticket = Ticket("put", fit_key(key), until, "", media_type, content)
        return Upload(self._base + self._tickets.issue(ticket), "PUT", {"Content-Type": media_type})

    def download(self, key: str, name: str, expires_s: int) -> str:
        """See `Media.download_link`."""
        ticket = Ticket("get", fit_key(key), self._tickets.until(expires_s), name)
        return self._base + self._tickets.issue(ticket)

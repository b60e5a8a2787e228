"""The port to where recordings lie."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

from hristudio_core.media.objects import BYTES, Content, Stored
from hristudio_core.media.steps import Step
from hristudio_core.media.tickets import Upload

EXPIRES_S = 900
"""A link holds for a quarter of an hour: long enough to begin, too short to be passed around."""


class Media(Protocol):
    """Keeps objects by key. An object appears whole or not at all; storing again replaces it.

    Every method raises StoreAway or StoreRefused when the store does not do its part, and
    KeyUnfit for a key that none can have.
    """

    @property
    def place(self) -> str:
        """Where it is, for people."""

    def put(self, key: str, source: BinaryIO, media_type: str = BYTES) -> Stored:
        """Store what a seekable stream holds from where it stands; large ones go in parts.

        Raises:
            ObjectDamaged: The stream changed meanwhile; nothing was stored.
        """

    def get(self, key: str, target: BinaryIO) -> Stored:
        """Write an object into a stream, and prove that it is what was stored.

        Raises:
            NotStored: There is none.
            ObjectDamaged: It is not; what was written is of no use.
        """

    def stat(self, key: str) -> Stored:
        """Describe an object.

        Raises:
            NotStored: There is none.
        """

    def list(self, prefix: str = "") -> Iterator[Stored]:
        """Describe all whose key begins so, by key. `sha256` and `type` may be empty: `stat` has them."""

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is gone already."""

    def upload_link(
        self, key: str, content: Content, media_type: str = BYTES, expires_s: int = EXPIRES_S
    ) -> Upload:
        """Let somebody who has no right here store one object, and nothing else, for a while."""

    def download_link(self, key: str, name: str = "", expires_s: int = EXPIRES_S) -> str:
        """Let somebody who has no right here fetch one object for a while.

        Args:
            key: Which.
            name: File name that a browser saves it by; empty: shown in the browser where it can.
            expires_s: How long, s.
        """

    def ensure(self, origins: Sequence[str] = (), *, dry_run: bool = False) -> tuple[Step, ...]:
        """Make the place as it has to be: there, private, tidied up after, open to our pages alone.

        Args:
            origins: Web origins of the dashboard, whose pages may use links.
            dry_run: Only look.
        """

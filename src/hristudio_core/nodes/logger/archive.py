"""The protocols that trials ran, brought into PostgreSQL beside their events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hristudio_core.conduct import FrozenProtocolLost

if TYPE_CHECKING:
    from rclpy.impl.rcutils_logger import RcutilsLogger

    from hristudio_core.conduct import FrozenProtocols
    from hristudio_core.protocol import Protocol
    from hristudio_core.store import PostgresProtocols


class ProtocolArchive:
    """Saves each frozen protocol once."""

    def __init__(self, frozen: FrozenProtocols, protocols: PostgresProtocols, logger: RcutilsLogger) -> None:
        self._logger = logger
        self._frozen = frozen
        self._protocols = protocols
        self._saved: frozenset[str] = frozenset()

    def update(self) -> None:
        """Save what PostgreSQL may not have yet.

        Raises:
            StoreError: It could not be saved; the next call tries again.
        """
        for digest in self._frozen.digests() - self._saved:
            try:
                self._save(digest, self._frozen.get(digest))
            except FrozenProtocolLost as error:
                # The events matter more than a file that somebody has tampered with.
                self._logger.error(f"not archived: {error}")
            self._saved |= {digest}

    def _save(self, digest: str, protocol: Protocol) -> None:
        self._protocols.archive_run(
            name=protocol.name,
            version=protocol.version,
            digest=digest,
            canonical=self._frozen.text(digest).decode(),
            title=protocol.title,
        )

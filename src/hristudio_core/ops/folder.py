"""The data folder: where everything lies that is to outlive a process."""

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from hristudio_core.ops.errors import DataFolderUnusableError

PRIVATE = 0o700


@dataclass(frozen=True)
class DataFolder:
    """Names of what lies in a data folder."""

    root: Path

    @property
    def secrets(self) -> Path:
        """Keys and passwords, one a file."""
        return self.root / "secrets"

    @property
    def run(self) -> Path:
        """What running processes tell each other."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        """Logs."""
        return self.root / "log"

    @property
    def protocols(self) -> Path:
        """Protocols of this host."""
        return self.root / "protocols"

    @property
    def journals(self) -> Path:
        """Journals of trials."""
        return self.root / "journal"

    @property
    def media(self) -> Path:
        """Recordings."""
        return self.root / "media"

    @property
    def restored(self) -> Path:
        """What a restore brought back and nobody reads by itself: settings of another time."""
        return self.root / "restored"

    @property
    def drills(self) -> Path:
        """Reports of drills."""
        return self.root / "drills"

    @property
    def postgres(self) -> Path:
        """The embedded database."""
        return self.root / "postgres"

    def journal(self, namespace: str) -> Path:
        """Give the journal of the robot in `namespace`."""
        name = namespace.strip("/").replace("/", "_") or "default"
        return self.journals / f"{name}.sqlite"

    def check_reach(self) -> None:
        """Refuse a folder of somebody else before anything in it is looked at.

        Raises:
            DataFolderUnusableError: This user may not enter it.
        """
        for folder in (existing(self.root), self.run):
            if folder.is_dir() and not os.access(folder, os.X_OK):
                raise DataFolderUnusableError(
                    self.root, PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
                )

    def prepare(self) -> None:
        """Make the folders; those with secrets or personal data are for their owner alone.

        Raises:
            DataFolderUnusableError: They cannot be made, or are somebody else's.
        """
        try:
            self._make()
        except OSError as error:
            raise DataFolderUnusableError(self.root, error) from error

    def _make(self) -> None:
        # The root stays open: PostgreSQL's own user has to pass through it to postgres/.
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.secrets, self.run, self.log, self.journals, self.media):
            folder.mkdir(exist_ok=True)
            folder.chmod(PRIVATE)
        self.protocols.mkdir(exist_ok=True)


def existing(path: Path) -> Path:
    """Give a path, or the nearest folder above it that is there, as far as this user may see."""
    return next(one for one in (path, *path.parents) if os.path.exists(one))  # noqa: PTH110 - it never raises

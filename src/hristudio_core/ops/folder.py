"""The data folder: where everything lies that is to outlive a process."""

from dataclasses import dataclass
from pathlib import Path

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

    def prepare(self) -> None:
        """Make the folders; those with secrets or personal data are for their owner alone.

        Raises:
            OSError: The folder cannot be made or is not ours.
        """
        # The root stays open: PostgreSQL's own user has to pass through it to postgres/.
        self.root.mkdir(parents=True, exist_ok=True)
        for folder in (self.secrets, self.run, self.log, self.journals, self.media):
            folder.mkdir(exist_ok=True)
            folder.chmod(PRIVATE)
        self.protocols.mkdir(exist_ok=True)

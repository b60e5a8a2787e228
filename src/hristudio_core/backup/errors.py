"""What goes wrong with backups: the caller's fault, or the backup's."""


class BackupError(Exception):
    """Root of this package's errors."""


class BackupMisused(BackupError):
    """What was asked for cannot be."""


class BackupFault(BackupError):
    """A backup, or the place where it lies, does not do its part."""


class BackupUnknown(BackupMisused):
    """There is no such backup."""

    def __init__(self, name: str, place: object) -> None:
        super().__init__(
            f"there is no backup {name} in {place}; `hristudio backup list` shows those there are"
        )
        self.name = name


class DatabaseInUse(BackupMisused):
    """The database that a backup is to go into holds data."""

    def __init__(self) -> None:
        super().__init__(
            "the database holds data, and a restore replaces all of it; "
            "--force does so, after a backup of what is there"
        )


class StoreUnsupported(BackupMisused):
    """The setting names a place that cannot be used."""

    def __init__(self, url: str) -> None:
        super().__init__(f"HRISTUDIO_BACKUP_STORE={url}: give file:///FOLDER or s3://BUCKET/PREFIX")
        self.url = url


class KeyUnusable(BackupMisused):
    """A key in the settings is none."""

    def __init__(self, variable: str, told: str) -> None:
        super().__init__(f"{variable} cannot be used: {told}; `age-keygen` makes a pair of keys")
        self.variable = variable


class BackupLocked(BackupMisused):
    """A backup is encrypted, and the key at hand does not open it."""

    def __init__(self, name: str, *, given: bool) -> None:
        why = "is not the one it was made for" if given else "is not set"
        super().__init__(
            f"backup {name} is encrypted, and HRISTUDIO_BACKUP_IDENTITY {why}; nothing was changed"
        )
        self.name = name


class BackupDamaged(BackupFault):
    """A backup is not what its manifest says."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"backup {name} is damaged: {'; '.join(problems)}; nothing was changed")
        self.name = name
        self.problems = problems


class NoRoom(BackupFault):
    """The place for backups cannot be written to."""

    def __init__(self, place: object, told: str) -> None:
        super().__init__(
            f"{place} cannot be written to: {told}; no backup was made, the ones before are untouched"
        )
        self.place = place

"""What goes wrong with media: the caller's fault, or the store's."""


class MediaError(Exception):
    """Root of this package's errors."""


class MediaMisused(MediaError):
    """What was asked for cannot be."""


class KeyUnfit(MediaMisused):
    """No object can have this key."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"{key!r} is no key: letters, digits and ._-+=@ in parts with / between, none begins with a dot"
        )
        self.key = key


class NotStored(MediaMisused):
    """The store has no object of this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"nothing is stored as {key}; `hristudio storage list` shows what is")
        self.key = key


class LinkInvalid(MediaMisused):
    """A link was altered, is too old, or is for something else."""

    def __init__(self, why: str) -> None:
        super().__init__(f"this link {why}: ask for a new one")


class UploadUnfit(MediaMisused):
    """What was sent is not what the link was made for."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key}: {why}; nothing was stored")
        self.key = key


class MediaFault(MediaError):
    """The store does not do its part."""


class StoreAway(MediaFault):
    """The store does not answer now: it may go another time."""

    def __init__(self, place: str, told: str) -> None:
        super().__init__(f"the store {place} does not answer: {told}")
        self.place = place


class StoreRefused(MediaFault):
    """The store will not do this, or not for this key: trying again is of no use."""

    def __init__(self, place: str, told: str, remedy: str) -> None:
        super().__init__(f"the store {place} refuses: {told}; {remedy}")
        self.place = place
        self.told = told
        self.remedy = remedy


class ObjectDamaged(MediaFault):
    """An object is not what was stored."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(f"{key} is damaged: {why}; bring it back from a backup (`hristudio backup restore`)")
        self.key = key

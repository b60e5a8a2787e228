"""What can go wrong with a journal, and with the sink that its entries are shipped to."""


class JournalError(Exception):
    """Root of everything that a journal raises."""


class JournalMisused(JournalError):
    """The caller asked for something that would make the journal untrue."""


class JournalUnavailable(JournalError):
    """The file or the disk under the journal does not serve; the caller did nothing wrong."""


class InvalidDraft(JournalMisused):
    """A draft cannot become an entry: `field` of draft number `index` (from 0) is not as it must be."""

    def __init__(self, index: int, field: str, reason: str) -> None:
        super().__init__(f"draft {index}: {field} {reason}")
        self.index = index
        self.field = field
        self.reason = reason


class TrialEnded(JournalMisused):
    """The trial has ended; nothing comes after its last entry."""

    def __init__(self, trial_id: str) -> None:
        super().__init__(f"trial {trial_id} has ended, so nothing more can be appended to it")
        self.trial_id = trial_id


class ReadOnlyJournal(JournalMisused):
    """This journal was opened for reading."""


class JournalFull(JournalUnavailable):
    """There is no room on the disk. Nothing of the batch was kept; appending may be tried again."""


class JournalBusy(JournalUnavailable):
    """Another process (`pid`, 0 when it is not known) writes this journal."""

    def __init__(self, message: str, pid: int = 0) -> None:
        super().__init__(message)
        self.pid = pid


class JournalBroken(JournalUnavailable):
    """The file cannot be read or written: damaged, foreign, closed or out of reach."""


class SinkError(Exception):
    """Root of what a sink raises."""


class SinkUnavailable(SinkError):
    """The sink is out of reach. What became of the batch is not known: ask for the sink's position."""


class SinkRefused(SinkError):
    """The sink is there and will not take the batch."""


class SinkMoved(SinkError):
    """The sink stands elsewhere than the batch begins: restored, swapped, or fed by another process."""

"""What goes wrong with mail: the caller's fault, or the mail server's."""


class MailError(Exception):
    """Root of this package's errors."""


class MailMisused(MailError):
    """What was asked for cannot be."""


class LetterUnfit(MailMisused):
    """A letter has an address or a subject that no mail can have."""


class MailFault(MailError):
    """The mail server does not do its part."""


class MailUnavailable(MailFault):
    """The mail server is out of reach, or asks to come back later: it may go another time."""


class MailRefused(MailFault):
    """The mail server will not take this letter, or this sender: trying again is of no use."""

"""What can go wrong: the caller's fault, or the other side's."""


class BridgeError(Exception):
    """Root of everything that the bridge reports to a client."""

    level = "error"


class CallerError(BridgeError):
    """The client asked for something that cannot be done."""


class PeerError(BridgeError):
    """The ROS side did not do what was asked of it."""


class MalformedFrame(CallerError):
    """A frame holds no protocol message."""


class IncompleteFrame(MalformedFrame):
    """A frame ends in the middle of a JSON text."""


class InvalidOperation(CallerError):
    """An operation is unknown or its fields have wrong types."""


class Denied(CallerError):
    """The client's role may not do this."""


class LimitExceeded(CallerError):
    """A limit of the server stands against it."""


class UnknownType(CallerError):
    """An interface type is not installed."""


class TypeConflict(CallerError):
    """A name is in use with another type."""


class NotEstablished(CallerError):
    """A topic, service, action or goal is not known."""


class NothingToUndo(CallerError):
    """Something was withdrawn that never was announced."""

    level = "warning"


class Mismatch(CallerError):
    """A value does not fit its ROS type."""

    def __init__(self, problem: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(problem, path)
        self.problem = problem
        self.path = path

    def within(self, name: str) -> "Mismatch":
        """Give the same problem as seen from the enclosing field `name`."""
        return Mismatch(self.problem, (name, *self.path))

    def __str__(self) -> str:
        where = ".".join(self.path).replace(".[", "[")
        return f"field {where}: {self.problem}" if where else self.problem


class Absent(PeerError):
    """No server offers this service or action."""


class TimedOut(PeerError):
    """A server did not answer in time."""


class Vanished(PeerError):
    """A server went away with a request in its hands."""


class Rejected(PeerError):
    """An action server refused a goal."""


class BrokenSample(PeerError):
    """Bytes from the ROS side do not match their type."""

"""What a browser may send over its socket: every event's payload, checked to the letter."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=4000)]
Reason = Annotated[str, Meta(max_length=1000)]
Milliseconds = Annotated[float, Meta(ge=0, le=4e12)]


class Request(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Anything a browser sends. ``robot`` is the robot's id in addresses, ``id`` for the log."""

    robot: Id
    id: Annotated[str, Meta(max_length=64)] = ""


class Stamps(Struct, frozen=True, forbid_unknown_fields=True):
    """When the person saw and acted, on the browser's clock, and how that clock stands, ms.

    ``error_ms`` is -1 when the offset has not been measured.
    """

    shown_ms: Milliseconds = 0.0
    acted_ms: Milliseconds = 0.0
    offset_ms: float = 0.0
    error_ms: float = -1.0

    def message(self) -> dict[str, int]:
        """As hristudio/msg/ClientStamps, in ns."""
        measured = self.error_ms >= 0
        return {
            "shown_ns": round(self.shown_ms * 1e6),
            "acted_ns": round(self.acted_ms * 1e6),
            "offset_ns": round(self.offset_ms * 1e6) if measured else 0,
            "offset_error_ns": round(self.error_ms * 1e6) if measured else -1,
        }


class Watch(Request, frozen=True, kw_only=True):
    """Watch a robot, from the event after ``last_seq`` of ``trial`` on."""

    trial: Id = ""
    last_seq: Annotated[int, Meta(ge=0)] = 0


TOPIC = r"^(/[A-Za-z_][A-Za-z0-9_]*)*$"


class Look(Request, frozen=True, kw_only=True):
    """See a camera's pictures from now on; no topic: see none."""

    topic: Annotated[str, Meta(max_length=200, pattern=TOPIC)] = ""


class Plot(Request, frozen=True, kw_only=True):
    """Get the numbers of a topic from now on; no topic: of none."""

    topic: Annotated[str, Meta(max_length=200, pattern=TOPIC)] = ""


class Topics(Request, frozen=True):
    """Ask which topics of the robot have numbers."""


class Cameras(Request, frozen=True):
    """Ask which cameras the robot has."""


class Clock(Request, frozen=True):
    """Ask for the time."""


class Skills(Request, frozen=True):
    """Ask what the robot can do."""


class Steps(Request, frozen=True):
    """Ask for all steps of the trial that runs."""

    trial: Id


class Command(Request, frozen=True, kw_only=True):
    """Something that acts on a trial, by whoever holds the seat."""

    trial: Id
    seat: Id = ""
    stamps: Stamps = Stamps()


class Decide(Command, frozen=True, kw_only=True):
    """Answer a prompt."""

    prompt: Id
    option: Id = ""
    text: Text = ""


class Control(Command, frozen=True, kw_only=True):
    """Steer the trial."""

    command: Literal["pause", "resume", "skip", "retry", "jump", "abort", "complete"]
    target: Id = ""
    reason: Reason = ""


class Intervene(Command, frozen=True, kw_only=True):
    """Have the robot do something off the script. ``arguments`` is a JSON object."""

    intervention: Id = ""
    skill: Id = ""
    arguments: Text = "{}"
    reason: Reason = ""


class Seat(Request, frozen=True, kw_only=True):
    """Take, keep or give up the right to control."""

    operation: Literal["claim", "renew", "release", "take_over"]
    trial: Id = ""
    role: Id = ""
    seat: Id = ""
    reason: Reason = ""


class Annotate(Request, frozen=True, kw_only=True):
    """Write a note."""

    trial: Id
    text: Text
    tags: Annotated[tuple[Annotated[str, Meta(max_length=50)], ...], Meta(max_length=10)] = ()
    from_ms: Milliseconds = 0.0
    to_ms: Milliseconds = 0.0
    stamps: Stamps = Stamps()


class StopRobot(Request, frozen=True):
    """Stop the robot, or release it."""

    reason: Reason = ""

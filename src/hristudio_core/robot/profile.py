"""The frozen model of a robot profile. An instance that exists is legal."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias

from hristudio_core.expressions import Template, parse_template
from hristudio_core.robot.conditions import Conditions
from hristudio_core.robot.fields import FieldPath


class OnPause(str, Enum):
    """What becomes of a running skill when the trial pauses."""

    FINISH = "finish"
    CANCEL = "cancel"
    HOLD = "hold"


class WhenBusy(str, Enum):
    """What becomes of a new goal when another one uses a part of the robot that it needs."""

    REFUSE = "refuse"
    PREEMPT = "preempt"


class Kind(str, Enum):
    """How an interface is spoken to."""

    TOPIC = "topic"
    SERVICE = "service"
    ACTION = "action"


@dataclass(frozen=True)
class Interface:
    """A topic, service or action of the robot, named relative to its namespace."""

    kind: Kind
    name: str
    type: str

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"


@dataclass(frozen=True)
class Argument:
    """An argument of a skill, in the words of JSON Schema."""

    name: str
    type: str
    required: bool
    schema: Mapping[str, Any]
    default: Any = None
    meanings: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """How far a skill is, from one number that the robot tells."""

    field: FieldPath
    start: Template = dataclasses.field(default_factory=lambda: parse_template(0.0))
    end: Template = dataclasses.field(default_factory=lambda: parse_template(1.0))


@dataclass(frozen=True)
class Report:
    """What is taken from a robot's answer: success, words, figures."""

    success: Conditions = dataclasses.field(default_factory=Conditions)
    detail: FieldPath | None = None
    result: tuple[FieldPath, ...] = ()


@dataclass(frozen=True)
class Completion:
    """The topic on which the robot says how a skill goes and that it has ended."""

    interface: Interface
    match: Conditions
    failed: Conditions
    report: Report
    progress: Progress | None = None


@dataclass(frozen=True)
class Repetition:
    """A message sent again and again for a time, then one that ends it."""

    rate_hz: float
    duration_s: Template
    last: Template


@dataclass(frozen=True)
class ByTopic:
    """Carried out by publishing.

    Attributes:
        unconfirmed: Why the robot cannot tell that it is done; empty when it can.
        cancel: Message on the same topic that makes the robot leave off.
    """

    interface: Interface
    message: Template
    completion: Completion | None = None
    repetition: Repetition | None = None
    unconfirmed: str = ""
    cancel: Template | None = None

    @property
    def sent(self) -> Template:
        """Give what is sent to the robot."""
        return self.message


@dataclass(frozen=True)
class ByService:
    """Carried out by one service call; done with its reply."""

    interface: Interface
    request: Template
    report: Report

    @property
    def sent(self) -> Template:
        """Give what is sent to the robot."""
        return self.request


@dataclass(frozen=True)
class ByAction:
    """Carried out by an action; done with its result."""

    interface: Interface
    goal: Template
    report: Report
    progress: Progress | None = None
    feedback_detail: FieldPath | None = None

    @property
    def sent(self) -> Template:
        """Give what is sent to the robot."""
        return self.goal


Call: TypeAlias = ByTopic | ByService | ByAction


@dataclass(frozen=True)
class Skill:
    """Something that the robot can do."""

    name: str
    title: str
    arguments: tuple[Argument, ...]
    call: Call
    timeout_s: float
    on_pause: OnPause
    when_busy: WhenBusy
    resources: frozenset[str]
    background: bool


@dataclass(frozen=True)
class Command:
    """A message or request without arguments: part of stopping and releasing."""

    interface: Interface
    values: Any
    repeat: bool = False


@dataclass(frozen=True)
class Stop:
    """What brings the robot to a standstill, and what lets it move again."""

    repeat_hz: float
    deadman_s: float
    topics: tuple[Command, ...]
    services: tuple[Command, ...]
    cancel: tuple[str, ...]
    release: tuple[Command, ...]


@dataclass(frozen=True)
class Limit:
    """Bounds on a field of what is published on a topic, whatever computed it."""

    interface: str
    field: FieldPath
    minimum: float
    maximum: float
    unit: str


@dataclass(frozen=True)
class Connection:
    """The topic that proves that the robot lives."""

    interface: Interface
    timeout_s: float


@dataclass(frozen=True)
class Battery:
    """Where the charge is read, and the factor that makes it 0 to 1."""

    interface: Interface
    field: FieldPath
    scale: float


@dataclass(frozen=True)
class Watch:
    """A topic whose fields a trial may wait for."""

    name: str
    title: str
    interface: Interface
    fields: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Camera:
    """A camera topic that the dashboard may show."""

    name: str
    title: str
    interface: Interface


@dataclass(frozen=True)
class Profile:
    """All that HRIStudio knows of a kind of robot."""

    name: str
    title: str
    vendor: str
    digest: str
    skills: Mapping[str, Skill]
    stop: Stop
    limits: tuple[Limit, ...] = ()
    connection: Connection | None = None
    battery: Battery | None = None
    watch: tuple[Watch, ...] = ()
    cameras: tuple[Camera, ...] = ()

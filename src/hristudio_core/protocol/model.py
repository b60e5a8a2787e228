"""The frozen model of a protocol: what a file means once it has been checked.

An instance is only built by the loader, from a file without problems. Text with
``{{ expression }}`` in it is a template: when the whole text is one such placeholder
its value keeps the expression's type, else it is filled in as text.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct

Value: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict of these."""


class Frozen(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a protocol."""


class ParameterType(str, Enum):
    """The type of a parameter's value."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"


class Parameter(Frozen, frozen=True):
    """A value given when a trial starts. Without a default it must be given."""

    type: ParameterType
    default: Value = None
    required: bool = False
    description: str = ""
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[Value, ...] = ()


class Component(str, Enum):
    """Who or what plays a part of the robot, after the component matrix of WoZ reports."""

    REAL = "real"
    WIZARD = "wizard"
    MODEL = "model"
    SCRIPTED = "scripted"
    NONE = "none"


class Condition(Frozen, frozen=True):
    """One experimental condition: parameter values, and what is real in it."""

    title: str = ""
    parameters: dict[str, Value] = {}
    components: dict[str, Component] = {}


class FailurePolicy(str, Enum):
    """What may follow when an action fails."""

    ASK = "ask"
    RETRY = "retry"
    SKIP = "skip"
    ABORT = "abort"
    GOTO = "goto"


class OnFailure(Frozen, frozen=True):
    """What follows when an action fails after its retries."""

    policy: FailurePolicy = FailurePolicy.ASK
    target: str = ""


class OnSeatLost(str, Enum):
    """What becomes of a running skill when nobody holds the wizard's seat any more."""

    KEEP = "keep"
    CANCEL = "cancel"
    STOP = "stop"


class OnRestart(str, Enum):
    """What becomes of a trial whose trial manager died and came back."""

    RESUME = "resume"
    ASK = "ask"
    ABORT = "abort"


class Action(Frozen, frozen=True, tag_field="kind"):
    """Something that a step does. ``id`` is the author's or the position's."""

    id: str


class Skill(Action, frozen=True, tag="skill", kw_only=True):
    """Have the robot do something; done when the robot says so."""

    skill: str
    arguments: dict[str, Value] = {}
    timeout_s: float | None = None
    retries: int = 0
    on_failure: OnFailure = OnFailure()
    background: bool = False
    on_seat_lost: OnSeatLost | None = None


class Option(Frozen, frozen=True):
    """One answer to a prompt. ``next`` leaves the step, ``do`` runs before that."""

    id: str
    label: str
    hotkey: str = ""
    value: Value = None
    next: str = ""
    set: dict[str, Value] = {}
    do: tuple[AnyAction, ...] = ()


class Prompt(Action, frozen=True, tag="prompt", kw_only=True):
    """Ask the wizard. ``save`` names the variable that takes the value, id or text."""

    text: str
    options: tuple[Option, ...] = ()
    free_text: bool = False
    save: str = ""
    timeout_s: float | None = None
    default: str = ""
    amber_s: float | None = None
    red_s: float | None = None
    filler: Skill | None = None
    role: str = "wizard"


class TopicCondition(Frozen, frozen=True):
    """A comparison of one field of a ROS topic, by the robot profile's watch name or a topic name."""

    topic: str
    type: str = ""
    field: str = "data"
    op: str = "=="
    value: Value = True


class Wait(Action, frozen=True, tag="wait", kw_only=True):
    """Wait for exactly one of: seconds, an expression, a topic, an operator's mark."""

    seconds: float | str | None = None
    until: str = ""
    topic: TopicCondition | None = None
    mark: str = ""
    label: str = ""
    hotkey: str = ""
    timeout_s: float | None = None
    on_failure: OnFailure = OnFailure()
    role: str = "wizard"


class Sequence(Action, frozen=True, tag="sequence", kw_only=True):
    """Do one action after the other."""

    do: tuple[AnyAction, ...]


class Parallel(Action, frozen=True, tag="parallel", kw_only=True):
    """Run branches at the same time; ``join`` of them end it, the others are cancelled.

    ``join`` is 0 for all, else the number of branches.
    """

    branches: tuple[tuple[AnyAction, ...], ...]
    join: int = 0


class Loop(Action, frozen=True, tag="loop", kw_only=True):
    """Repeat. Exactly one of count, while, until; ``confirm`` asks before each further turn.

    ``turn`` names the variable that takes the number of the turn, from 1.
    """

    do: tuple[AnyAction, ...]
    count: int | str | None = None
    while_: str = ""
    until: str = ""
    max_turns: int = 1000
    confirm: bool = False
    turn: str = ""
    role: str = "wizard"


class Case(Frozen, frozen=True):
    """What a branch does when its condition holds."""

    when: str
    do: tuple[AnyAction, ...]


class Branch(Action, frozen=True, tag="branch", kw_only=True):
    """Run the first case whose condition holds, else ``otherwise``."""

    cases: tuple[Case, ...]
    otherwise: tuple[AnyAction, ...] = ()


class Weighted(Frozen, frozen=True):
    """One of the options that are drawn from."""

    do: tuple[AnyAction, ...]
    weight: float = 1.0
    id: str = ""


class Choose(Action, frozen=True, tag="choose", kw_only=True):
    """Run one option, drawn by weight from the trial's seed; ``save`` takes its id."""

    options: tuple[Weighted, ...]
    save: str = ""


class Set(Action, frozen=True, tag="set", kw_only=True):
    """Give variables new values."""

    values: dict[str, Value]


class Mark(Action, frozen=True, tag="mark", kw_only=True):
    """Put a named point in time into the record."""

    label: str
    data: dict[str, Value] = {}


class Observe(Action, frozen=True, tag="observe", kw_only=True):
    """Ask the wizard for a coded note; it may be left out unless ``required``."""

    code: str
    text: str
    options: tuple[Option, ...] = ()
    free_text: bool = True
    required: bool = False
    timeout_s: float | None = None
    role: str = "wizard"


AnyAction: TypeAlias = (
    Skill | Prompt | Wait | Sequence | Parallel | Loop | Branch | Choose | Set | Mark | Observe
)
"""Each kind of action, so that a stored protocol can be read back."""


class Argument(Frozen, frozen=True):
    """What a wizard may fill in when intervening."""

    utterances: tuple[str, ...] = ()
    free: bool = False
    choices: tuple[Value, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    default: Value = None


class Intervention(Frozen, frozen=True):
    """Something the wizard may do off the script."""

    id: str
    label: str
    skill: str
    hotkey: str = ""
    arguments: dict[str, Argument] = {}
    fixed: dict[str, Value] = {}
    limit: int = 0
    role: str = "wizard"


class Next(Frozen, frozen=True):
    """Where a step leads; ``END`` ends the trial. An empty ``when`` always holds."""

    to: str
    when: str = ""


END = "end"


class Step(Frozen, frozen=True):
    """A part of the protocol with a name: its actions one after the other, then the next step."""

    id: str
    title: str
    do: tuple[AnyAction, ...]
    next: tuple[Next, ...]
    instructions: str = ""
    expected_s: float | None = None
    interventions: tuple[Intervention, ...] = ()


class Policy(Frozen, frozen=True):
    """How a trial deals with what the script does not foresee."""

    on_restart: OnRestart = OnRestart.ASK
    on_seat_lost: OnSeatLost = OnSeatLost.KEEP
    seat_required: bool = True
    off_script: bool = False
    """Whether skills outside of the palettes may be used as interventions."""


class Protocol(Frozen, frozen=True):
    """A whole protocol. Variables start with the values given here."""

    name: str
    version: str
    title: str
    steps: tuple[Step, ...]
    description: str = ""
    requires: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = {}
    conditions: dict[str, Condition] = {}
    variables: dict[str, Value] = {}
    roles: tuple[str, ...] = ("wizard",)
    policy: Policy = Policy()
    interventions: tuple[Intervention, ...] = ()

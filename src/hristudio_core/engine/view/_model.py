"""What a person is shown of a trial: the fields of msg/TrialState.msg that the engine knows."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from hristudio_core.engine.phases import TrialPhase  # noqa: TC001  msgspec reads it


class OptionView(Struct, frozen=True, kw_only=True):
    """One way to answer a prompt."""

    id: str
    label: str
    hotkey: str
    hint: str


class PromptView(Struct, frozen=True, kw_only=True):
    """An open prompt.

    ``deadline_ns`` is 0 when it never times out; ``refusal`` says why it cannot be answered now.
    """

    id: str
    kind: str
    text: str
    role: str
    options: tuple[OptionView, ...]
    free_text: bool
    default_option: str
    opened_ns: int
    deadline_ns: int
    amber_s: float
    red_s: float
    late: bool
    refusal: str


class RunningSkillView(Struct, frozen=True, kw_only=True):
    """A goal that has not ended."""

    goal: str
    skill: str
    arguments: dict[str, Any]
    source: str
    path: str
    phase: str
    started_ns: int
    background: bool


class ArgumentView(Struct, frozen=True, kw_only=True):
    """What may be filled in, with the utterances as they would be said now."""

    utterances: tuple[str, ...]
    free: bool
    choices: tuple[Any, ...]
    minimum: float | None
    maximum: float | None
    default: Any


class InterventionView(Struct, frozen=True, kw_only=True):
    """Something that may be done off the script now. ``remaining`` is -1 when unlimited."""

    id: str
    label: str
    hotkey: str
    skill: str
    role: str
    arguments: dict[str, ArgumentView]
    remaining: int


class NextStepView(Struct, frozen=True, kw_only=True):
    """A step that may come next; ``when`` is empty when it is unconditional."""

    id: str
    title: str
    when: str


class StepView(Struct, frozen=True, kw_only=True):
    """A step of the protocol; ``visits`` counts how often it was entered."""

    id: str
    title: str
    expected_s: float
    visits: int
    current: bool


class SeatView(Struct, frozen=True, kw_only=True):
    """A seat; ``holder`` is empty when it is free."""

    role: str
    holder: str
    label: str
    expires_ns: int


class View(Struct, frozen=True, kw_only=True):
    """A trial as it is shown. Stamps are wall clock, ns.

    ``reason`` says why it stands still and is empty while it runs; ``doing`` says what happens now;
    ``waiting_for`` names the person and the question, empty when it waits for nobody.
    """

    trial_id: str
    protocol: str
    version: str
    digest: str
    participant: str
    condition: str
    mode: str
    phase: TrialPhase
    reason: str
    outcome: str
    step: str
    step_title: str
    instructions: str
    expected_s: float
    step_started_ns: int
    started_ns: int
    doing: str
    waiting_for: str
    steps_done: int
    steps_total: int
    next_steps: tuple[NextStepView, ...]
    prompts: tuple[PromptView, ...]
    running: tuple[RunningSkillView, ...]
    interventions: tuple[InterventionView, ...]
    seats: tuple[SeatView, ...]
    legal: tuple[str, ...]
    variables: dict[str, Any]

"""A trial as it is shown to people."""

from hristudio_core.engine.view._model import (
    ArgumentView,
    InterventionView,
    NextStepView,
    OptionView,
    PromptView,
    RunningSkillView,
    SeatView,
    StepView,
    View,
)
from hristudio_core.engine.view._view import steps, view

__all__ = [
    "ArgumentView",
    "InterventionView",
    "NextStepView",
    "OptionView",
    "PromptView",
    "RunningSkillView",
    "SeatView",
    "StepView",
    "View",
    "steps",
    "view",
]

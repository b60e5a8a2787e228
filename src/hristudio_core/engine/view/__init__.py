"""A trial as it is shown to people."""

from hristudio_core.engine.view._model import (
    ArgumentView,
    InterventionView,
    NextStepView,
    OptionView,
    PromptView,
    RunningSkillView,
    SeatView,
    View,
)
from hristudio_core.engine.view._view import view

__all__ = [
    "ArgumentView",
    "InterventionView",
    "NextStepView",
    "OptionView",
    "PromptView",
    "RunningSkillView",
    "SeatView",
    "View",
    "view",
]

"""The engine: a protocol, a state and an input become facts; facts become a state and effects.

Pure: times, ids and seeds come in as arguments. For every input: ``decide`` (facts), keep them,
``evolve`` (state), ``react`` (effects), do them.
"""

from hristudio_core.engine.automatic import automatic_answer
from hristudio_core.engine.codec import decode, encode
from hristudio_core.engine.compiling import compile_program
from hristudio_core.engine.decide import decide
from hristudio_core.engine.draw import goal_uuid
from hristudio_core.engine.errors import EngineError, IllegalMove, RecordError, Refused, UnknownFact
from hristudio_core.engine.evolve import evolve
from hristudio_core.engine.legality import MAX_TEXT, OPERATOR
from hristudio_core.engine.phases import TrialPhase
from hristudio_core.engine.program import Program
from hristudio_core.engine.react import react, resume_effects
from hristudio_core.engine.replaying import replay
from hristudio_core.engine.state import INITIAL, State
from hristudio_core.engine.view import StepView, View, steps, view

__all__ = [
    "INITIAL",
    "MAX_TEXT",
    "OPERATOR",
    "EngineError",
    "IllegalMove",
    "Program",
    "RecordError",
    "Refused",
    "State",
    "StepView",
    "TrialPhase",
    "UnknownFact",
    "View",
    "automatic_answer",
    "compile_program",
    "decide",
    "decode",
    "encode",
    "evolve",
    "goal_uuid",
    "react",
    "replay",
    "resume_effects",
    "steps",
    "view",
]

"""How a trial deals with what the script does not foresee."""

from __future__ import annotations

from hristudio_core.protocol.model import OnRestart, OnSeatLost, Policy
from hristudio_core.protocol.shapes import Field, Flag, Record, Word

POLICY = Record(
    "policy",
    Policy,
    Field(
        "on_restart",
        Word(OnRestart),
        "After the trial manager died and came back: `resume`, `ask` (when left out), `abort`.",
    ),
    Field(
        "on_seat_lost",
        Word(OnSeatLost),
        "When nobody holds the wizard's seat: `keep` skills running (when left out), `cancel` them, or "
        "`stop` the robot.",
    ),
    Field(
        "seat_required",
        Flag(),
        "Whether a wizard must sit down before the trial starts; `true` when left out.",
    ),
    Field(
        "off_script",
        Flag(),
        "Whether the wizard may use skills outside of the interventions; `false` when left out.",
    ),
)

"""What may stand at a place of a protocol file.

Each shape reads a node, describes itself as JSON Schema, and says in words what it is: loader,
editor support and reference come from one description.
"""

from __future__ import annotations

from hristudio_core.protocol.shapes._collections import Actions, ListOf, MapOf
from hristudio_core.protocol.shapes._numbers import LONGEST_S, Duration, Flag, Number, Word
from hristudio_core.protocol.shapes._records import Draft, Field, Fields, Record
from hristudio_core.protocol.shapes._shape import Shape
from hristudio_core.protocol.shapes._texts import (
    ActionId,
    Hotkey,
    Id,
    Named,
    RoleName,
    SkillName,
    StepId,
    Text,
    VariableName,
)
from hristudio_core.protocol.shapes._values import Condition, Filled, FilledText, Plain

__all__ = [
    "LONGEST_S",
    "ActionId",
    "Actions",
    "Condition",
    "Draft",
    "Duration",
    "Field",
    "Fields",
    "Filled",
    "FilledText",
    "Flag",
    "Hotkey",
    "Id",
    "ListOf",
    "MapOf",
    "Named",
    "Number",
    "Plain",
    "Record",
    "RoleName",
    "Shape",
    "SkillName",
    "StepId",
    "Text",
    "VariableName",
    "Word",
]

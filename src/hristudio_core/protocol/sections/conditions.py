"""Experimental conditions."""

from __future__ import annotations

from hristudio_core.protocol.model import Component, Condition
from hristudio_core.protocol.shapes import Field, Id, MapOf, Plain, Record, Text, VariableName, Word

CONDITIONS = MapOf(
    Id(),
    Record(
        "a condition",
        Condition,
        Field("title", Text(), "Its name for people."),
        Field(
            "parameters",
            MapOf(VariableName(assigned=False), Plain(simple=True), "parameters with their values"),
            "Values that parameters have in this condition.",
        ),
        Field(
            "components",
            MapOf(Id(), Word(Component), "components with who plays them"),
            "Who or what plays which part of the robot in this condition.",
        ),
    ),
    "conditions",
)

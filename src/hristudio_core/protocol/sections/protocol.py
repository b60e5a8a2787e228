"""The whole file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hristudio_core.document import Mapping, Scalar, kind
from hristudio_core.protocol.model import Protocol
from hristudio_core.protocol.reader import Role
from hristudio_core.protocol.sections.conditions import CONDITIONS
from hristudio_core.protocol.sections.interventions import INTERVENTIONS
from hristudio_core.protocol.sections.parameters import PARAMETERS
from hristudio_core.protocol.sections.policy import POLICY
from hristudio_core.protocol.sections.steps import Steps
from hristudio_core.protocol.shapes import (
    Field,
    Fields,
    Filled,
    Id,
    ListOf,
    MapOf,
    Named,
    Record,
    Shape,
    SkillName,
    Text,
    VariableName,
)

if TYPE_CHECKING:
    from hristudio_core.document import Node
    from hristudio_core.protocol.reader import Reader

LANGUAGE = 1
FIRST_KEY = "hristudio"


class _Language(Shape):
    """The version of the language."""

    words = f"the language's version {LANGUAGE}"
    blank = LANGUAGE

    def read(self, node: Node, reader: Reader, path: str) -> int:
        if not isinstance(node, Scalar) or node.value is not LANGUAGE:
            hint = f"write '{FIRST_KEY}: {LANGUAGE}'"
            if isinstance(node, Scalar) and isinstance(node.value, int) and node.value > LANGUAGE:
                hint = "a newer HRIStudio is needed for it"
            self.refuse(node, reader, path, hint)
        return LANGUAGE

    def schema(self) -> dict[str, Any]:
        return {"const": LANGUAGE}


_ROBOT = Fields(
    "robot",
    Field(
        "requires",
        ListOf(SkillName(role=Role.ROBOT), "a list of skills"),
        "Skills that a robot must have to run it.",
    ),
)


def _build(*, hristudio: int, robot: dict[str, Any] | None = None, **fields: Any) -> Protocol:  # noqa: ARG001
    fields["title"] = fields.get("title") or fields["name"].replace("_", " ").capitalize()
    return Protocol(requires=(robot or {}).get("requires", ()), **fields)


PROTOCOL = Record(
    "the protocol",
    _build,
    Field(
        FIRST_KEY,
        _Language(),
        "Version of this language; the first line of every protocol.",
        required=True,
        example=str(LANGUAGE),
    ),
    Field(
        "name",
        Named("a name of a protocol", r"[a-z][a-z0-9_-]*", "small letters, digits, '_' and '-', no blanks"),
        "Name of the protocol, the same for all its versions.",
        required=True,
    ),
    Field("version", Text(), "Version of the protocol, such as 1.0.", required=True),
    Field("title", Text(), "Its name for people; made of the name when left out."),
    Field("description", Text(), "What it is about."),
    Field("robot", _ROBOT, "What the robot must be able to do."),
    Field("parameters", PARAMETERS, "Values that a trial is started with."),
    Field("conditions", CONDITIONS, "Experimental conditions; a trial runs in one of them."),
    Field(
        "variables",
        MapOf(VariableName(assigned=False), Filled(), "variables with their first values"),
        "What the trial remembers, with first values; these may use parameters.",
    ),
    Field(
        "roles",
        ListOf(Id(), "a list of roles", least=1, most=20),
        "Seats from which people steer the trial; only `wizard` when left out.",
    ),
    Field("policy", POLICY, "How a trial deals with what the script does not foresee."),
    Field("interventions", INTERVENTIONS, "What the wizard may do off the script, in every step."),
    Field("steps", Steps(), "The steps; a trial begins with the first.", required=True),
)


def read_protocol(root: Node, reader: Reader) -> Protocol | None:
    """Read the document, or tell that it is no protocol at all."""
    if not isinstance(root, Mapping):
        reader.problem(
            root,
            f"expected a protocol, found {kind(root)}",
            path="",
            hint=f"begin with '{FIRST_KEY}: {LANGUAGE}'",
        )
        return None
    first = next(iter(root.entries), "")
    if first != FIRST_KEY and FIRST_KEY in root.entries:
        key = root.entries[FIRST_KEY].key
        reader.problem(key, f"'{FIRST_KEY}: {LANGUAGE}' must be the first line", path=FIRST_KEY)
    part = PROTOCOL.read(root, reader, "")
    assert isinstance(part, Protocol)  # noqa: S101  _build makes one
    return part

"""From a file to the checked model, or to everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from hristudio_core.document import MAX_BYTES, Problem, Problems, compose
from hristudio_core.protocol.actions import read_actions
from hristudio_core.protocol.checks import (
    check_conditions,
    check_hotkeys,
    check_names,
    check_prompts,
    check_sense,
    check_skills,
)
from hristudio_core.protocol.reader import Reader
from hristudio_core.protocol.sections import read_protocol

if TYPE_CHECKING:
    from hristudio_core.protocol.catalogue import SkillCatalogue
    from hristudio_core.protocol.model import Protocol


class Loaded(Struct, frozen=True):
    """What came of a file. Without errors there is a protocol; warnings may still be there."""

    protocol: Protocol | None
    problems: tuple[Problem, ...]


def load(source: Path | str | bytes, *, name: str = "", skills: SkillCatalogue | None = None) -> Loaded:
    """Read and check a protocol.

    Args:
        source: the path of a file, or the text itself.
        name: name of the text in messages; a path has its own.
        skills: what the robot can do; without it skills and their arguments are not checked.

    Raises:
        OSError: the file cannot be read.
    """
    if isinstance(source, Path):
        name = name or str(source)
        with source.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    problems = Problems(name)
    root = compose(source, problems, beginning="start with 'hristudio protocol new'")
    if root is None:
        return Loaded(None, problems.sorted())
    reader = Reader(problems, read_actions)
    protocol = read_protocol(root, reader)
    if protocol is not None:
        check_names(protocol, reader)
        check_skills(protocol, reader, skills)
        check_conditions(protocol, reader)
        check_prompts(protocol, reader)
        check_hotkeys(protocol, reader)
        if not problems.refused:  # what follows makes sense of a whole protocol only
            check_sense(protocol, reader)
    return Loaded(None if problems.refused else protocol, problems.sorted())

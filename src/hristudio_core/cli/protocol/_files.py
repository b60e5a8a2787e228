"""Protocol files as verbs are given them."""

import os
from pathlib import Path

from hristudio_core.cli._errors import NoSuchFile, ProtocolRefused
from hristudio_core.cli._robots import profile_path
from hristudio_core.ops.share import share_folder
from hristudio_core.protocol import Loaded, SkillCatalogue, load
from hristudio_core.protocol import Protocol as Model
from hristudio_core.robot import arguments_schema, load_profile

SUFFIX = ".yaml"


def find(given: str) -> Path:
    """Give the path of a protocol from its path, or its name among those that are installed.

    Raises:
        NoSuchFile: There is neither.
    """
    installed = share_folder(os.environ) / "config" / "protocols"
    for path in (Path(given), installed / f"{given}{SUFFIX}"):
        if path.is_file():
            return path
    raise NoSuchFile("protocol", given, [path.stem for path in installed.glob(f"*{SUFFIX}")])


def catalogue(robot: str) -> SkillCatalogue | None:
    """Give what a robot can do, for checks; None when no robot was named."""
    if not robot:
        return None
    profile = load_profile(profile_path(robot))
    schemas = {name: arguments_schema(skill) for name, skill in profile.skills.items()}
    return SkillCatalogue(schemas, watches=[watch.name for watch in profile.watch])


def load_or_refuse(given: str) -> Model:
    """Give the model of a file.

    Raises:
        ProtocolRefused: With every problem.
    """
    loaded: Loaded = load(find(given))
    if loaded.protocol is None:
        raise ProtocolRefused([str(problem) for problem in loaded.problems])
    return loaded.protocol

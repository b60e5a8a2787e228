"""What every process has to know."""

import enum
from dataclasses import dataclass
from pathlib import Path

from hristudio_core.ops.settings._values import DOMAIN, PATH, SWITCH, one_of
from hristudio_core.ops.settings._variable import variable


class Environment(str, enum.Enum):
    """What an installation is for."""

    DEVELOPMENT = "development"
    PREVIEW = "preview"
    STAGING = "staging"
    PRODUCTION = "production"


@dataclass(frozen=True)
class CoreSettings:
    """Core: where things lie."""

    environment: Environment = variable(
        "HRISTUDIO_ENV",
        Environment.DEVELOPMENT,
        one_of(Environment),
        "What this installation is for; staging and production are checked more strictly",
    )
    data: Path = variable(
        "HRISTUDIO_DATA",
        Path("/"),
        PATH,
        "Folder of journals, secrets, logs, database",
        shown_default="`.hristudio` here; installed: `$XDG_DATA_HOME/hristudio`",
    )
    domain: int = variable("ROS_DOMAIN_ID", 0, DOMAIN, "ROS domain that the nodes meet in")
    env_file: Path | None = variable(
        "HRISTUDIO_ENV_FILE",
        None,
        PATH,
        "File of variables to read at start; the environment wins over it",
        shown_default="`.env` in the working folder, if it is there",
    )
    debug: bool = variable("HRISTUDIO_DEBUG", False, SWITCH, "Show the traceback when a command fails")

    @property
    def is_public(self) -> bool:
        """Whether people who are not its developers rely on it."""
        return self.environment in {Environment.STAGING, Environment.PRODUCTION}

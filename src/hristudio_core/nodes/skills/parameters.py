"""Parameters of the skill server."""

from dataclasses import dataclass

from hristudio_core.nodes._foundation import parameter


@dataclass(frozen=True)
class SkillServerParameters:
    """What the skill server can be told."""

    profile: str = parameter("sim", "Name of a profile in config/robots, or the path of one")
    state_file: str = parameter("", "File that keeps the stop; empty: run/ in the data folder")
    owner_timeout_s: float = parameter(
        2.0, "Silence of trial/state after which a trial's goals are cancelled, s", minimum=0.5, maximum=60.0
    )
    absent_after_s: float = parameter(
        1.5, "How long a robot that cannot be reached is waited for, s", minimum=0.1, maximum=60.0
    )
    leave_after_s: float = parameter(
        1.0, "How long the robot's word on a cancellation is waited for, s", minimum=0.1, maximum=60.0
    )

"""Between skills/execute and the robot's own topics, services and actions."""

from hristudio_core.nodes.skills.parameters import SkillServerParameters
from hristudio_core.nodes.skills.server import SkillServer

__all__ = ["SkillServer", "SkillServerParameters"]

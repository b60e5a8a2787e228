"""The ways in which a robot carries out a skill: one mechanism a file."""

from hristudio_core.nodes.skills.carriers.carrier import Carrier, Ear
from hristudio_core.nodes.skills.carriers.choose import make_carrier

__all__ = ["Carrier", "Ear", "make_carrier"]

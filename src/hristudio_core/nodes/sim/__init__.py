"""The parts of the simulated robot: one noun a file."""

from hristudio_core.nodes.sim.body import Body
from hristudio_core.nodes.sim.parameters import SimParameters
from hristudio_core.nodes.sim.robot import PARTS, Part

__all__ = ["PARTS", "Body", "Part", "SimParameters"]

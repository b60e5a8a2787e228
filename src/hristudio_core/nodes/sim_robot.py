"""The process `sim_robot`: a robot made of software, for studies without one and for tests."""

import sys
from typing import Any

from hristudio_core.nodes._foundation import ManagedNode, run_node
from hristudio_core.nodes.sim import PARTS, Body, SimParameters


class SimRobot(ManagedNode[SimParameters]):
    """A robot that speaks, gestures, drives, looks, shines and feels.

    It is a robot, not a part of HRIStudio: it knows nothing of skills, and config/robots/sim.yaml
    describes it just as another profile describes a real one.
    """

    def __init__(self) -> None:
        super().__init__("sim_robot", SimParameters)
        self._parts: list[Any] = []

    def configure(self) -> None:
        """Build the parts."""
        body = Body(self)
        self._parts = [body, *(part(body) for part in PARTS)]

    def cleanup(self) -> None:
        """Let the parts go."""
        self._parts.clear()


def main(args: list[str] | None = None) -> int:
    """Run the simulated robot until it is told to end."""
    return run_node(SimRobot, args)


if __name__ == "__main__":
    sys.exit(main(sys.argv))

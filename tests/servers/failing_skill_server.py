"""A skill server with a fault that nobody expected: what it plans for a goal fails."""

import sys
from unittest import mock

from hristudio_core.nodes._foundation import run_node
from hristudio_core.nodes.skills import SkillServer
from hristudio_core.robot import Planner

if __name__ == "__main__":
    with mock.patch.object(Planner, "plan", side_effect=ZeroDivisionError("nobody expected that")):
        sys.exit(run_node(SkillServer, sys.argv))

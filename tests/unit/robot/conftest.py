from pathlib import Path

import pytest

from hristudio_core.robot import Planner, load_profile

ROBOTS = Path(__file__).resolve().parents[3] / "config" / "robots"


@pytest.fixture(scope="session")
def planner() -> Planner:
    return Planner(load_profile(ROBOTS / "sim.yaml"))

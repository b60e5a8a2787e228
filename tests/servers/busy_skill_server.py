"""A skill server whose own thread can be kept busy, to show on what the stop does not depend."""

import os
import sys
import time
from pathlib import Path

from std_msgs.msg import Float64

from hristudio_core.nodes._foundation import run_node
from hristudio_core.nodes.skills import SkillServer

ENOUGH = Path(os.environ["HRISTUDIO_DATA"]) / "enough"


class BusySkillServer(SkillServer):
    """Computes for as many seconds as a message on `test/busy` says, holding its executor.

    A file `enough` in its data folder ends it before.
    """

    def activate(self) -> None:
        super().activate()
        self._begun = self.create_publisher(Float64, "test/busy_since", 1)
        self.create_subscription(Float64, "test/busy", self._compute, 1)

    def _compute(self, message: Float64) -> None:
        end = time.monotonic() + message.data
        self._begun.publish(message)
        while time.monotonic() < end and not ENOUGH.exists():
            sum(range(100_000))


if __name__ == "__main__":
    sys.exit(run_node(BusySkillServer, sys.argv))

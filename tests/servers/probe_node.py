"""A node that stands on the foundation, for the foundation's own tests."""

import sys
from dataclasses import dataclass

from std_msgs.msg import Empty
from std_srvs.srv import Trigger

from hristudio_core.nodes._foundation import Diagnosis, Level, ManagedNode, parameter, run_node


@dataclass(frozen=True)
class ProbeParameters:
    rate: float = parameter(1.0, "How often, Hz", minimum=0.1, maximum=10.0)
    names: tuple[str, ...] = parameter(("one",), "Some names")
    gain: float = parameter(1.0, "May change while it runs", read_only=False)
    trouble: str = parameter("", "Where to raise: configure, activate, callback")


class Probe(ManagedNode[ProbeParameters]):
    def __init__(self) -> None:
        super().__init__("probe", ProbeParameters)

    def configure(self) -> None:
        self._trip("configure")
        self.create_publisher(Empty, "probed", 1)
        self.create_service(Trigger, "~/ask", lambda _, response: response)

    def activate(self) -> None:
        self._trip("activate")
        self.get_logger().info(f"acting at {self.parameters.rate}")
        if self.parameters.trouble == "callback":
            self.steady_timer(0.01, lambda: self._trip("callback"))

    def deactivate(self) -> None:
        self.get_logger().info("acts no more")

    def cleanup(self) -> None:
        self.get_logger().info("cleaned up")

    def diagnose(self) -> Diagnosis:
        return Diagnosis(Level.WARN, "probing", {"gain": self.parameters.gain})

    def _trip(self, where: str) -> None:
        if self.parameters.trouble == where:
            raise ValueError(f"trouble in {where}")


def main(args: list[str] | None = None) -> int:
    return run_node(Probe, args)


if __name__ == "__main__":
    sys.exit(main(sys.argv))

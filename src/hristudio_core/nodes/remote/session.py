"""A ROS context, node and executor for the length of one command; spins in the thread that waits."""

import os
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

TURN_S = 0.05


class RemoteError(Exception):
    """Root of what can go wrong with nodes that run elsewhere."""


class Unanswered(RemoteError):
    """Something that was waited for did not happen in time."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(
            f"{what}: nothing within {seconds:.0f} s (are the nodes running in this ROS domain?)"
        )
        self.what = what


class Session:
    """One node, seen by others as `hristudio_cli_<process id>`, and a word more where there are several.

    Args:
        namespace: The robot's.
        domain: ROS domain.
    """

    def __init__(self, namespace: str, domain: int, word: str = "") -> None:
        # A command lives for seconds: it needs no shared memory, and leaves none behind when it is killed.
        os.environ.setdefault("FASTDDS_BUILTIN_TRANSPORTS", "UDPv4")
        self._context = Context()
        self._context.init([], domain_id=domain)
        name = f"hristudio_cli_{os.getpid()}{word and '_'}{word}"
        self.node = Node(name, namespace=namespace, context=self._context, start_parameter_services=False)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)

    def __enter__(self) -> "Session":  # noqa: PYI034 - never derived from
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._executor.shutdown()
        self.node.destroy_node()
        self._context.try_shutdown()

    def wait(self, condition: Callable[[], Any], timeout_s: float) -> bool:
        """Spin until the condition holds or the time is over; tell whether it holds."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            self._executor.spin_once(timeout_sec=min(left, TURN_S))
        return True

    def until(self, condition: Callable[[], Any], what: str, timeout_s: float) -> None:
        """Spin until the condition holds.

        Raises:
            Unanswered: The time is over.
        """
        if not self.wait(condition, timeout_s):
            raise Unanswered(what, timeout_s)

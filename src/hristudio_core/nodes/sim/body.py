"""What the parts of the simulated robot share: time, chance, and whether it may move."""

import heapq
import itertools
import random
from collections.abc import Callable
from enum import Enum
from typing import Any

from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.parameter import Parameter
from rclpy.task import Future

from hristudio_core.nodes._foundation import ManagedNode
from hristudio_core.nodes.sim.parameters import SimParameters

# A coroutine that sleeps looks this often whether it has been cancelled, s.
SLICE_S = 0.02


class Fault(Enum):
    """What may go wrong with a request."""

    FAILS = "fails"
    LOST = "lost"


class Body:
    """The simulated robot's clock, dice and emergency stop."""

    def __init__(self, node: ManagedNode[SimParameters]) -> None:
        self.node = node
        self.halted = False
        # A coroutine holds a mutually exclusive group until it ends, and the timer that wakes it as well.
        self.concurrent = ReentrantCallbackGroup()
        # On simulated time the robot stands still with it; else no jump of the clock moves it.
        simulated = node.get_parameter("use_sim_time").value
        self.clock = node.get_clock() if simulated else node.steady_clock
        self._sleepers: list[tuple[float, int, Future]] = []
        self._order = itertools.count()
        self._timer = node.create_timer(1.0, self._wake, clock=self.clock, autostart=False)
        self._dice: dict[str, random.Random] = {}
        self._on_halt: list[Callable[[], None]] = []

    @property
    def parameters(self) -> SimParameters:
        """Give the parameters in force."""
        return self.node.parameters

    def now_s(self) -> float:
        """Give the robot's own time, s."""
        return float(self.clock.now().nanoseconds) / 1e9

    def stamp(self) -> Any:
        """Give the stamp of a message that is sent now."""
        return self.node.get_clock().now().to_msg()

    def sleep(self, seconds: float) -> Future:
        """Give a future that is done after some time of the robot's clock, not scaled."""
        future = Future()
        heapq.heappush(self._sleepers, (self.now_s() + seconds, next(self._order), future))
        self._arm()
        return future

    async def take(self, seconds: float, *, until: Callable[[], bool] = lambda: False) -> bool:
        """Let a while of the robot's own (scaled) time pass; tell whether it passed undisturbed."""
        end = self.now_s() + seconds / self.parameters.time_scale
        while (left := end - self.now_s()) > 0:
            if until():
                return False
            await self.sleep(min(left, SLICE_S))
        return not until()

    async def hesitate(self, part: str, *, until: Callable[[], bool] = lambda: False) -> bool:
        """Wait as long as the robot needs to begin; each part has dice of its own."""
        return await self.take(self.parameters.delay_s * self.dice(part).uniform(0.5, 1.5), until=until)

    def dice(self, part: str) -> random.Random:
        """Give the random numbers of one part, so that parts do not disturb each other's."""
        if part not in self._dice:
            self._dice[part] = random.Random(f"{self.parameters.seed}:{part}")  # noqa: S311 - no secret
        return self._dice[part]

    def fault(self, part: str) -> Fault | None:
        """Decide whether the part's next request goes wrong."""
        chance = self.dice(part).random()
        for name, fault in (("fail_next", Fault.FAILS), ("lose_next", Fault.LOST)):
            if getattr(self.parameters, name) == part:
                self.node.set_parameters([Parameter(name, value="")])
                return fault
        if chance < self.parameters.fault_rate:
            return Fault.FAILS
        return Fault.LOST if chance > 1 - self.parameters.loss_rate else None

    def when_halted(self, callback: Callable[[], None]) -> None:
        """Have `callback` called at an emergency stop."""
        self._on_halt.append(callback)

    def halt(self) -> None:
        """Stop every part, and stay so."""
        self.halted = True
        for callback in self._on_halt:
            callback()

    def _arm(self) -> None:
        if not self._sleepers:
            self._timer.cancel()
            return
        self._timer.timer_period_ns = max(1, int((self._sleepers[0][0] - self.now_s()) * 1e9))
        self._timer.reset()

    def _wake(self) -> None:
        while self._sleepers and self._sleepers[0][0] <= self.now_s():
            heapq.heappop(self._sleepers)[2].set_result(None)
        self._arm()

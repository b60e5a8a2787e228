"""Bringing the robot to a standstill, and holding it there.

This is the one part on which nothing may lie: a node of its own with a thread of its own,
which shares with the rest of the process the latch and the publishers of velocities, and
nothing else. Nothing on the way from the call to the last zero command waits, logs, or
takes a lock of ours.

Three things bring the robot to a standstill: a stop, which is latched and repeated; the
safe state on start and end of the process, because a predecessor may have been killed
while the robot moved; and the dead-man timer, when a velocity is not renewed.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from hristudio.srv import StopRobot
from rclpy.clock import Clock, ClockType
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node

from hristudio_core.nodes.skills.first_contact import FirstContact
from hristudio_core.nodes.skills.latch import Latch, LatchState
from hristudio_core.nodes.skills.means import Means
from hristudio_core.nodes.skills.velocity import Velocity
from hristudio_core.robot import Profile

# While latched, goals are cancelled again so often, for whoever sends one past us, s.
_RECANCEL_S = 0.5
_CONTACT_S = 0.1
# After so long whoever has not been found is looked for with less zeal, s.
_EAGER_S = 20.0
_LATE_CONTACT_S = 1.0
_SAFE_WAIT_S = 0.5


class Halt:
    """Stops the robot."""

    def __init__(self, profile: Profile, latch: Latch, context: Context, namespace: str) -> None:
        self.latch = latch
        self._stop = profile.stop
        # Its own name, whatever name the process was given; no log, no parameters: less to wait for.
        self._node = Node(
            "robot_stop",
            context=context,
            namespace=namespace,
            cli_args=["--ros-args", "-r", "__node:=robot_stop"],
            enable_rosout=False,
            start_parameter_services=False,
        )
        self._executor = SingleThreadedExecutor(context=context)
        self._executor.add_node(self._node)
        self._means = Means(self._node, profile, latch, self._watch)
        self._contact = FirstContact(self._means, latch)
        self._tell: Callable[[str], None] = lambda _: None
        self._failed: Callable[[Exception], None] = lambda _: None
        self._repeating = self._timer(1 / self._stop.repeat_hz, self._on_repeat, running=latch.holds())
        self._watching = self._timer(self._stop.deadman_s / 4, self._on_watch, running=False)
        self._greeting = self._timer(_CONTACT_S, self._on_greeting, running=True)
        self._started_s = time.monotonic()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._spin, name="robot_stop", daemon=True)

    def start(
        self, tell: Callable[[str], None], failed: Callable[[Exception], None] = lambda _: None
    ) -> None:
        """Begin to listen.

        Args:
            tell: Called, in this part's thread, with what happened.
            failed: Called there with what nobody expected to go wrong.
        """
        self._tell, self._failed = tell, failed
        self._node.create_service(StopRobot, "robot/stop", self._on_stop)
        self._node.create_service(StopRobot, "robot/release_stop", self._on_release)
        self._thread.start()

    @property
    def missing(self) -> list[str]:
        """Give what the stop cannot use, and why."""
        return self._means.missing

    def velocity(self, topic: str) -> Velocity | None:
        """Give the guarded publisher of a topic that a stop sets to zero."""
        return self._means.velocities.get(topic)

    def found(self, action: str) -> bool:
        """Tell whether an action has been found and its earlier goals cancelled."""
        return self._contact.answered(action)

    def settling(self) -> str:
        """Say that the robot is being brought to rest first; empty when it has been."""
        return "the robot has just been found and is brought to rest" if self._contact.settling() else ""

    def safe_state(self) -> None:
        """Bring the robot to rest from another thread; waits a little until it has heard."""
        self._means.zero()
        self._means.silence()
        deadline = time.monotonic() + _SAFE_WAIT_S
        for future in self._means.cancel_all():
            answered = threading.Event()
            future.add_done_callback(lambda _, answered=answered: answered.set())
            answered.wait(max(0.0, deadline - time.monotonic()))
        for velocity in self._means.velocities.values():
            velocity.publisher.wait_for_all_acked(Duration(seconds=_SAFE_WAIT_S / 2))

    def close(self) -> None:
        """End the thread and destroy the node."""
        self._closing.set()
        self._executor.create_task(_nothing)
        if self._thread.is_alive():
            self._thread.join()
        self._executor.shutdown()
        self._node.destroy_node()
        self.latch.close()

    # The way of a stop.

    def _on_stop(self, request: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        if not self.latch.holds():
            self.latch.set(LatchState.by(request.actor, request.reason, time.time_ns(), stopped=True))
        try:
            self._means.zero()
            response.stopped_ns = time.time_ns()
            self._means.silence()
            self._means.cancel_all()
            self._means.call()
        finally:
            # Whatever of it failed: it is tried again and again, and the latch outlives this process.
            self.latch.keep()
            self._repeating.reset()
        state = self.latch.state
        response.accepted = response.stopped = True
        response.message = f"stopped by {state.actor or 'nobody named'}: {state.reason or 'no reason given'}"
        self._tell("stop")
        return response

    def _on_release(self, request: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        was_stopped = self.latch.holds()
        if not request.reason.strip():
            response.message = "a release needs a reason"
            response.stopped = was_stopped
            return response
        self._repeating.cancel()
        if was_stopped:
            self.latch.set(LatchState.by(request.actor, request.reason, time.time_ns(), stopped=False))
            self.latch.keep()
        unreached = self._means.release()
        response.accepted = True
        response.message = "released" if was_stopped else "it was not stopped"
        if unreached:
            response.message += (
                f"; nobody offers {', '.join(unreached)}, so the robot itself may still be halted"
            )
        self._tell(f"released by {request.actor or 'nobody named'}: {request.reason}")
        return response

    # Timers.

    def _timer(self, period_s: float, callback: Callable[[], None], *, running: bool) -> Any:
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        return self._node.create_timer(period_s, callback, clock=steady, autostart=running)

    def _on_repeat(self) -> None:
        self._means.zero()
        if time.monotonic() - self._means.cancelled_s > _RECANCEL_S:
            self._means.cancel_all()
            # Also for a robot that was started anew meanwhile and knows nothing of the stop.
            self._means.call()

    def _watch(self) -> None:
        """Have velocities watched; called in the thread that publishes one."""
        if self._watching.is_canceled():
            self._watching.reset()
            self._executor.wake()

    def _on_watch(self) -> None:
        velocities = self._means.velocities.values()
        late = [velocity for velocity in velocities if velocity.late(self._stop.deadman_s)]
        for velocity in late:
            velocity.zero()
        if late:
            self._tell("a velocity was not renewed in time and was set to zero")
        if not any(velocity.armed for velocity in velocities):
            self._watching.cancel()

    def _on_greeting(self) -> None:
        if self._contact.greet():
            self._greeting.cancel()
        elif time.monotonic() - self._started_s > _EAGER_S:
            self._greeting.timer_period_ns = int(_LATE_CONTACT_S * 1e9)

    def _spin(self) -> None:
        while not self._closing.is_set():
            try:
                self._executor.spin_once()
            except Exception as error:  # noqa: BLE001 - this thread must not end while the robot may move
                self._tell(f"trouble in the stop: {type(error).__name__}: {error}")
                self._failed(error)


def _nothing() -> None:
    """Have the executor turn once."""

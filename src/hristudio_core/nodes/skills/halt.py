"""Bringing the robot to a standstill, and holding it there.

This is the one part on which nothing may lie: a node of its own with a thread of its own,
which shares with the rest of the process the latch and the publishers of velocities, and
nothing else. Messages are made beforehand. Nothing on the way from the call to the last
zero command waits, logs, or takes a lock of ours.

Three things bring the robot to a standstill: a stop, which is latched and repeated; the
safe state on start and end of the process, because a predecessor may have been killed
while the robot moved; and the dead-man timer, when a velocity is not renewed.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

from action_msgs.srv import CancelGoal
from hristudio.srv import StopRobot
from rclpy.clock import Clock, ClockType
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.task import Future

from hristudio_core.nodes.skills.latch import Latch, LatchState
from hristudio_core.nodes.skills.messages import build, load_type, sent_type
from hristudio_core.nodes.skills.velocity import Velocity
from hristudio_core.robot import FieldError, Kind, Profile, TypeMissingError, actions_to_cancel
from hristudio_core.robot.profile import Command

# While latched, goals are cancelled again so often, for whoever sends one past us, s.
_RECANCEL_S = 0.5
_CONTACT_S = 0.1
_LATE_CONTACT_S = 1.0
_EAGER_S = 20.0
_SAFE_WAIT_S = 0.5


class Halt:
    """Stops the robot."""

    def __init__(self, profile: Profile, latch: Latch, context: Context, namespace: str) -> None:
        self.latch = latch
        self.missing: list[str] = []
        self._profile = profile
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
        self._tell: Callable[[str], None] = lambda _: None
        self._velocities = self._make_velocities()
        self._once = self._make_publishers(repeat=False)
        self._services = self._make_services(profile.stop.services)
        self._release = self._make_services(profile.stop.release)
        self._release_topics = self._make_topics(profile.stop.release)
        self._cancels = {
            name: self._node.create_client(CancelGoal, f"{name}/_action/cancel_goal")
            for name in actions_to_cancel(profile)
        }
        self._greeted: dict[str, int] = {}
        self._started_s = time.monotonic()
        self._recancelled_s = 0.0
        self._make_timers()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._spin, name="robot_stop", daemon=True)

    def start(self, tell: Callable[[str], None]) -> None:
        """Begin to listen; `tell` is called, in this part's thread, with what happened."""
        self._tell = tell
        self._node.create_service(StopRobot, "robot/stop", self._on_stop)
        self._node.create_service(StopRobot, "robot/release_stop", self._on_release)
        self._thread.start()

    @property
    def publishing_node(self) -> Node:
        """Give the node whose publishers share their topic with the zero commands."""
        return self._node

    def velocity(self, topic: str) -> Velocity | None:
        """Give the guarded publisher of a topic that a stop sets to zero."""
        return self._velocities.get(topic)

    def knows(self, action: str) -> bool:
        """Tell whether the goals of an action's earlier clients have been cancelled."""
        return action not in self._cancels or self._greeted.get(action, 0) > 0

    def safe_state(self) -> None:
        """Bring the robot to rest from another thread; waits a little until it has heard."""
        self._zero()
        deadline = time.monotonic() + _SAFE_WAIT_S
        for future in self._cancel_all():
            answered = threading.Event()
            future.add_done_callback(lambda _, answered=answered: answered.set())
            answered.wait(max(0.0, deadline - time.monotonic()))
        for velocity in self._velocities.values():
            velocity.publisher.wait_for_all_acked(Duration(seconds=_SAFE_WAIT_S / 2))

    def close(self) -> None:
        """End the thread and destroy the node."""
        self._closing.set()
        self._executor.create_task(lambda: None)
        if self._thread.is_alive():
            self._thread.join()
        self._executor.shutdown()
        self._node.destroy_node()
        self.latch.close()

    # The way of a stop.

    def _on_stop(self, request: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        if not self.latch.state.stopped:
            self.latch.set(LatchState(True, request.actor, request.reason, time.time_ns()))
        self._zero()
        response.stopped_ns = time.time_ns()
        self._cancel_all()
        self._call(self._services)
        self.latch.keep()
        self._repeat.reset()
        response.accepted = True
        response.stopped = True
        state = self.latch.state
        response.message = f"stopped by {state.actor or 'nobody named'}: {state.reason or 'no reason given'}"
        self._tell("stop")
        return response

    def _on_release(self, request: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        response.stopped = self.latch.state.stopped
        if not request.reason.strip():
            response.message = "a release needs a reason"
            return response
        response.accepted = True
        response.message = "released" if response.stopped else "it was not stopped"
        self.latch.set(LatchState())
        self.latch.keep()
        self._repeat.cancel()
        self._call(self._release)
        for publisher, message in self._release_topics:
            publisher.publish(message)
        response.stopped = False
        self._tell(f"released by {request.actor or 'nobody named'}: {request.reason}")
        return response

    def _zero(self) -> None:
        for velocity in self._velocities.values():
            velocity.zero()
        for publisher, message in self._once:
            publisher.publish(message)

    def _cancel_all(self) -> list[Future]:
        # An all-zero goal id and stamp mean every goal of the server (action_msgs/srv/CancelGoal).
        self._recancelled_s = time.monotonic()
        return [
            client.call_async(CancelGoal.Request())
            for client in self._cancels.values()
            if client.service_is_ready()
        ]

    def _call(self, services: list[tuple[Any, Any]]) -> None:
        for client, request in services:
            if client.service_is_ready():
                client.call_async(request)

    # Timers.

    def _make_timers(self) -> None:
        steady = Clock(clock_type=ClockType.STEADY_TIME)
        stop = self._profile.stop

        def timer(period_s: float, callback: Callable[[], None], *, running: bool) -> Any:
            return self._node.create_timer(period_s, callback, clock=steady, autostart=running)

        self._repeat = timer(1 / stop.repeat_hz, self._on_repeat, running=self.latch.state.stopped)
        self._dead_man = timer(stop.deadman_s / 4, self._on_dead_man, running=False)
        self._contact = timer(_CONTACT_S, self._on_contact, running=True)

    def _on_repeat(self) -> None:
        for velocity in self._velocities.values():
            velocity.zero()
        if time.monotonic() - self._recancelled_s > _RECANCEL_S:
            self._cancel_all()

    def _watch(self) -> None:
        """Run the dead-man timer; called by whoever publishes a velocity."""
        if self._dead_man.is_canceled():
            self._dead_man.reset()
            self._executor.wake()

    def _on_dead_man(self) -> None:
        late = [
            velocity for velocity in self._velocities.values() if velocity.late(self._profile.stop.deadman_s)
        ]
        for velocity in late:
            velocity.zero()
        if not any(velocity.armed for velocity in self._velocities.values()):
            self._dead_man.cancel()
        if late:
            self._tell("a velocity was not renewed in time and was set to zero")

    def _on_contact(self) -> None:
        """Bring to rest whatever a predecessor left moving, as soon as it can be reached."""
        for name, velocity in self._velocities.items():
            # A few times: the first may pass before the other side has seen us.
            if self._greeted.get(name, 0) < 3 and velocity.publisher.get_subscription_count():
                self._greeted[name] = self._greeted.get(name, 0) + 1
                if not velocity.armed:
                    velocity.zero()
        for number, (publisher, message) in enumerate(self._once):
            if f"once {number}" not in self._greeted and publisher.get_subscription_count():
                self._greeted[f"once {number}"] = 1
                publisher.publish(message)
        for name, client in self._cancels.items():
            if name not in self._greeted and client.service_is_ready():
                self._greeted[name] = 0
                future = client.call_async(CancelGoal.Request())
                future.add_done_callback(lambda _, name=name: self._greeted.update({name: 1}))
        stop_again = self.latch.holds() and "services" not in self._greeted
        if stop_again and all(client.service_is_ready() for client, _ in self._services):
            self._greeted["services"] = 1
            self._call(self._services)
        self._pace_contact()

    def _pace_contact(self) -> None:
        wanted = {*self._velocities, *self._cancels}
        if all(self._greeted.get(name, 0) for name in wanted):
            self._contact.cancel()
        elif time.monotonic() - self._started_s > _EAGER_S:
            self._contact.timer_period_ns = int(_LATE_CONTACT_S * 1e9)

    # What is made beforehand.

    def _make_velocities(self) -> dict[str, Velocity]:
        made: dict[str, Velocity] = {}
        for command in self._profile.stop.topics:
            if not command.repeat:
                continue
            message = self._message(command)
            if message is not None:
                publisher = self._node.create_publisher(type(message), command.interface.name, 10)
                made[command.interface.name] = Velocity(publisher, message, self.latch, self._watch)
        return made

    def _make_publishers(self, *, repeat: bool) -> list[tuple[Any, Any]]:
        return self._make_topics(tuple(one for one in self._profile.stop.topics if one.repeat is repeat))

    def _make_topics(self, commands: tuple[Command, ...]) -> list[tuple[Any, Any]]:
        return [
            (self._node.create_publisher(type(message), command.interface.name, 10), message)
            for command in commands
            if command.interface.kind is Kind.TOPIC and (message := self._message(command)) is not None
        ]

    def _make_services(self, commands: tuple[Command, ...]) -> list[tuple[Any, Any]]:
        return [
            (self._node.create_client(load_type(command.interface), command.interface.name), request)
            for command in commands
            if command.interface.kind is Kind.SERVICE and (request := self._message(command)) is not None
        ]

    def _message(self, command: Command) -> Any:
        try:
            return build(sent_type(command.interface), command.values)
        except (TypeMissingError, FieldError) as error:
            self.missing.append(f"{command.interface}: {error}")
            return None

    def _spin(self) -> None:
        while not self._closing.is_set():
            try:
                self._executor.spin_once()
            except Exception as error:  # noqa: BLE001 - this thread must not end while the robot may move
                self._tell(f"trouble in the stop: {type(error).__name__}: {error}")

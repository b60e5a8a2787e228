"""What brings a robot to a standstill: zero commands, cancellations, services.

All of it is made beforehand, messages included, so that using it takes neither memory of
note nor time.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from action_msgs.srv import CancelGoal
from rclpy.node import Node
from rclpy.task import Future

from hristudio_core.nodes.skills.latch import Latch
from hristudio_core.nodes.skills.messages import build, load_type, sent_type
from hristudio_core.nodes.skills.velocity import Velocity
from hristudio_core.robot import FieldError, Kind, Profile, TypeMissingError, actions_to_cancel
from hristudio_core.robot.profile import Command


class Means:
    """The means that a profile's `stop` names.

    Attributes:
        velocities: Topics that are set to zero, and again and again while the stop is latched.
        silences: Publishers and messages sent once a stop, such as an empty utterance.
        cancels: Clients that cancel every goal of an action, whoever sent it.
        missing: What cannot be used, and why.
    """

    def __init__(self, node: Node, profile: Profile, latch: Latch, watch: Callable[[], None]) -> None:
        self._node = node
        self.missing: list[str] = []
        stop = profile.stop
        self.velocities = {
            name: Velocity(publisher, zero, latch, watch)
            for name, publisher, zero in self._topics(one for one in stop.topics if one.repeat)
        }
        self.silences = [
            (publisher, message)
            for _, publisher, message in self._topics(one for one in stop.topics if not one.repeat)
        ]
        self.services = self._clients(stop.services)
        self.cancels = {
            name: node.create_client(CancelGoal, f"{name}/_action/cancel_goal")
            for name in actions_to_cancel(profile)
        }
        self._release_services = self._clients(stop.release)
        self._release_topics = list(self._topics(stop.release))
        self.cancelled_s = 0.0
        self._cancelling: list[tuple[Any, Future]] = []
        self._calling: list[tuple[Any, Future]] = []

    def zero(self) -> None:
        """Set every velocity to zero."""
        for velocity in self.velocities.values():
            velocity.zero()

    def silence(self) -> None:
        """Send what is sent once, such as an empty utterance."""
        for publisher, message in self.silences:
            publisher.publish(message)

    def cancel_all(self) -> list[Future]:
        """Cancel every goal of every action that is there."""
        self.cancelled_s = time.monotonic()
        # An all-zero goal id and stamp mean every goal of the server (action_msgs/srv/CancelGoal).
        self._cancelling = _call(
            ((client, CancelGoal.Request()) for client in self.cancels.values()), self._cancelling
        )
        return [future for _, future in self._cancelling]

    def call(self) -> None:
        """Call the services that stop the robot."""
        self._calling = _call(self.services, self._calling)

    def release(self) -> list[str]:
        """Let the robot move again; give the services that are not there to be asked."""
        self._calling = _call(self._release_services, self._calling)
        for _, publisher, message in self._release_topics:
            publisher.publish(message)
        return [client.srv_name for client, _ in self._release_services if not client.service_is_ready()]

    def _topics(self, commands: Iterable[Command]) -> Iterable[tuple[str, Any, Any]]:
        for command in commands:
            if command.interface.kind is Kind.TOPIC and (message := self._message(command)) is not None:
                name = command.interface.name
                yield name, self._node.create_publisher(type(message), name, 10), message

    def _clients(self, commands: Iterable[Command]) -> list[tuple[Any, Any]]:
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


def _call(
    services: Iterable[tuple[Any, Any]], earlier: Iterable[tuple[Any, Future]]
) -> list[tuple[Any, Future]]:
    """Call those services that are there; give up on whoever has not answered the last time."""
    for client, future in earlier:
        # Its server has died; what waits for the reply would stay for ever.
        client.remove_pending_request(future)
    return [(client, client.call_async(request)) for client, request in services if client.service_is_ready()]

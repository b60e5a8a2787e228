"""The way to ROS: what the web process needs of it, and nothing about how.

Messages are JSON objects as the rosbridge protocol writes ROS messages. Listeners are
called one at a time, in order of arrival, in a thread of the gateway: they hand over
and return, and never wait for a call of the same gateway.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

Message: TypeAlias = Mapping[str, Any]
Listener: TypeAlias = Callable[[Message], None]


class Link(Struct, frozen=True):
    """State of the connection. ``detail`` says in words why it is down."""

    up: bool
    detail: str = ""


class GoalResult(Struct, frozen=True):
    """How a goal ended. ``status`` as in action_msgs/GoalStatus; 0 when it was not accepted."""

    status: int
    values: Message


LinkListener: TypeAlias = Callable[[Link], None]
Stop: TypeAlias = Callable[[], None]


class Gateway(Protocol):
    """A connection to one ROS graph that mends itself."""

    @property
    def link(self) -> Link:
        """The state of the connection now."""

    def start(self) -> None:
        """Begin to connect; returns at once."""

    def close(self) -> None:
        """Disconnect for good. Pending calls fail."""

    def watch_link(self, listener: LinkListener) -> None:
        """Tell a listener of every change of the link, beginning with its state now."""

    def subscribe(self, topic: str, kind: str, listener: Listener) -> Stop:
        """Listen to a topic; one subscription upstream, however many listen. Call the result to end it."""

    def call(self, service: str, kind: str, arguments: Message) -> Future[Message]:
        """Call a service. The future fails with LinkDown or CallFailed; cancel it to forget the call."""

    def send_goal(self, action: str, kind: str, goal: Message, feedback: Listener) -> Future[GoalResult]:
        """Send an action goal that lives on when this connection ends."""

"""The lifecycle node that every node of HRIStudio derives from.

A subclass overrides four hooks: `configure` makes publishers, services and the like,
`activate` starts to act, `deactivate` stops acting, `cleanup` closes what else was opened.
ROS entities made since `configure` began are destroyed after `cleanup`, so a node may be
configured again. A hook fails by raising: the reason is logged and the lifecycle stays
where it was.

With the parameter `autostart` the node brings itself to `active`, which is the sign that
it is ready; without, a lifecycle manager does so through the usual services.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Generic

from diagnostic_msgs.msg import DiagnosticArray
from lifecycle_msgs.msg import State
from rcl_interfaces.msg import ParameterDescriptor
from rclpy.action import ActionClient, ActionServer
from rclpy.clock import Clock, ClockType
from rclpy.lifecycle import LifecycleNode, LifecycleState, TransitionCallbackReturn
from rclpy.parameter import Parameter
from rclpy.timer import Timer

from hristudio_core.nodes._foundation.diagnosis import Diagnosis, to_message
from hristudio_core.nodes._foundation.parameters import Parameters, declare, read
from hristudio_telemetry import OFF, Reporter, Traces, nobody

DIAGNOSTICS_PERIOD_S = 1.0


class NotReadyError(RuntimeError):
    """A node did not reach the state `active` by itself."""


class ManagedNode(LifecycleNode, Generic[Parameters]):
    """A lifecycle node with typed parameters and diagnostics.

    Attributes:
        parameters: The values in force, replaced when one that may change is set.
        traces: What makes spans; set before the node starts.
        reporter: Who is told of errors; set before the node starts.
    """

    traces: Traces = OFF
    reporter: Reporter = staticmethod(nobody)

    def __init__(self, name: str, parameters: type[Parameters]) -> None:
        super().__init__(name)
        self._parameters_type = parameters
        described = ParameterDescriptor(description="Become active without being told to", read_only=True)
        self._autostart: bool = self.declare_parameter("autostart", True, described).value
        self.parameters = declare(self, parameters)
        self.add_post_set_parameters_callback(self._read_parameters)
        # ROS time may stand still (use_sim_time); what watches over a node goes on.
        self.steady_clock = Clock(clock_type=ClockType.STEADY_TIME)
        self._diagnostics = self.create_publisher(DiagnosticArray, "/diagnostics", 10)
        self.steady_timer(DIAGNOSTICS_PERIOD_S, self._publish_diagnosis)
        self._kept: dict[int, Callable[[], object]] = {}
        self._on_finalized: Callable[[], None] = lambda: None

    def configure(self) -> None:
        """Make publishers, subscriptions, services and the like. Override."""

    def activate(self) -> None:
        """Start to act. Override."""

    def deactivate(self) -> None:
        """Stop acting, at once and safely. Override."""

    def cleanup(self) -> None:
        """Close what is no ROS entity: files, threads, other nodes. Override."""

    def diagnose(self) -> Diagnosis:
        """Say how well the node is. Override; called once a second."""
        return Diagnosis()

    @property
    def state(self) -> str:
        """Give the lifecycle state: `unconfigured`, `inactive`, `active` or `finalized`."""
        label: str = self._state_machine.current_state[1]
        return label

    def steady_timer(self, period_s: float, callback: Callable[[], None], **options: Any) -> Timer:
        """Make a timer on the steady clock, which neither jumps nor stands still."""
        return self.create_timer(period_s, callback, clock=self.steady_clock, **options)

    def start(self) -> None:
        """Become active when `autostart` says so.

        Raises:
            NotReadyError: A hook failed; its reason is in the log.
        """
        if not self._autostart:
            self.get_logger().info("waiting to be configured and activated")
            return
        for trigger in (self.trigger_configure, self.trigger_activate):
            if trigger() != TransitionCallbackReturn.SUCCESS:
                raise NotReadyError(f"{self.get_name()} stays {self.state}")
        self.get_logger().info("active")

    def retire(self) -> None:
        """Stop acting; what is to be said of that can still go out until `close`."""
        self.get_logger().info("shutting down")
        if self.state == "active":
            self.trigger_deactivate()

    def close(self) -> None:
        """Leave the lifecycle in order, from whatever state, then destroy the node."""
        if self._state_machine.current_state[0] != State.PRIMARY_STATE_FINALIZED:
            self.trigger_shutdown()
        self.destroy_node()

    def tell(self, error: BaseException, event: str) -> None:
        """Tell whoever hears of errors about one that is logged already."""
        self.reporter((type(error), error, error.__traceback__), {"event": event, "node": self.get_name()})

    def when_finalized(self, callback: Callable[[], None]) -> None:
        """Have `callback` called when a lifecycle manager shuts the node down."""
        self._on_finalized = callback

    # What follows is rclpy's side of the hooks.

    def on_configure(self, _previous: LifecycleState) -> TransitionCallbackReturn:
        """Run the hook `configure`."""
        self._kept = self._entities()
        done = self._run(self.configure, TransitionCallbackReturn.FAILURE)
        if done != TransitionCallbackReturn.SUCCESS:
            self._destroy_entities()
        return done

    def on_activate(self, _previous: LifecycleState) -> TransitionCallbackReturn:
        """Run the hook `activate`."""
        return self._run(self.activate, TransitionCallbackReturn.FAILURE)

    def on_deactivate(self, _previous: LifecycleState) -> TransitionCallbackReturn:
        """Run the hook `deactivate`."""
        return self._run(self.deactivate, TransitionCallbackReturn.ERROR)

    def on_cleanup(self, _previous: LifecycleState) -> TransitionCallbackReturn:
        """Run the hook `cleanup`, then destroy what was made since `configure` began."""
        done = self._run(self.cleanup, TransitionCallbackReturn.ERROR)
        self._destroy_entities()
        return done

    def on_shutdown(self, previous: LifecycleState) -> TransitionCallbackReturn:
        """Run the hooks that lead out of `previous`."""
        hooks: dict[int, tuple[Callable[[], None], ...]] = {
            State.PRIMARY_STATE_ACTIVE: (self.deactivate, self.cleanup),
            State.PRIMARY_STATE_INACTIVE: (self.cleanup,),
        }
        # A hook that fails must not keep the ones after it from running.
        for hook in hooks.get(previous.state_id, ()):
            self._run(hook, TransitionCallbackReturn.ERROR)
        self._on_finalized()
        return TransitionCallbackReturn.SUCCESS

    def _run(self, hook: Callable[[], None], on_error: TransitionCallbackReturn) -> TransitionCallbackReturn:
        # rclpy swallows what a transition raises, so this is where it is told.
        try:
            hook()
        except Exception as error:  # noqa: BLE001 - edge of a callback
            self.get_logger().error(f"could not {hook.__name__}: {type(error).__name__}: {error}")
            self.tell(error, f"could not {hook.__name__}")
            return on_error
        return TransitionCallbackReturn.SUCCESS

    def _entities(self) -> dict[int, Callable[[], object]]:
        """Give what destroys each ROS entity of the node, by the entity's identity."""
        made = (
            (self.publishers, self.destroy_publisher),
            (self.subscriptions, self.destroy_subscription),
            (self.clients, self.destroy_client),
            (self.services, self.destroy_service),
            (self.timers, self.destroy_timer),
        )
        entities = {id(one): partial(destroy, one) for several, destroy in made for one in several}
        # Actions are waitables; they know how to destroy themselves.
        actions = (one for one in self.waitables if isinstance(one, ActionClient | ActionServer))
        return entities | {id(one): one.destroy for one in actions}

    def _destroy_entities(self) -> None:
        for identity, destroy in self._entities().items():
            if identity not in self._kept:
                destroy()

    def _read_parameters(self, _changed: list[Parameter]) -> None:
        self.parameters = read(self, self._parameters_type)

    def _publish_diagnosis(self) -> None:
        message = to_message(
            self.diagnose(),
            name=self.get_name(),
            hardware_id=self.get_namespace(),
            stamp=self.get_clock().now().to_msg(),
        )
        self._diagnostics.publish(message)

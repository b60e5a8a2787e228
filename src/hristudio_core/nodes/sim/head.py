"""The head: commanded by joint positions, told of as joint states."""

from sensor_msgs.msg import JointState

from hristudio_core.nodes.sim.body import Body

_SPEED_RADPS = 1.5
_ARRIVED_RAD = 1e-6
_STEP_S = 0.05
_IDLE_STEP_S = 1.0
_LIMITS = {"head_yaw": (-2.1, 2.1), "head_pitch": (-0.7, 0.6)}


class Head:
    """Turns."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._joints = dict.fromkeys(_LIMITS, 0.0)
        self._targets = dict(self._joints)
        self._moved_s = body.now_s()
        self._states = body.node.create_publisher(JointState, "head/joint_states", 10)
        body.node.create_subscription(JointState, "head/command", self._on_command, 10)
        self._timer = body.node.create_timer(_IDLE_STEP_S, self._step, clock=body.clock)
        body.when_halted(self._hold)

    def _on_command(self, command: JointState) -> None:
        if self._body.halted:
            return
        for name, position in zip(command.name, command.position, strict=False):
            if name in _LIMITS:
                low, high = _LIMITS[name]
                self._targets[name] = min(high, max(low, position))
        self._moved_s = self._body.now_s()
        self._pace()
        self._publish()

    def _hold(self) -> None:
        self._targets = dict(self._joints)

    def _step(self) -> None:
        now = self._body.now_s()
        reach = _SPEED_RADPS * (now - self._moved_s) * self._body.parameters.time_scale
        self._moved_s = now
        for name, target in self._targets.items():
            way = target - self._joints[name]
            self._joints[name] = (
                target if abs(way) <= reach else self._joints[name] + (reach if way > 0 else -reach)
            )
        self._publish()
        self._pace()

    def _pace(self) -> None:
        """Step often while it moves, seldom while it rests."""
        period_ns = int((_IDLE_STEP_S if self._arrived() else _STEP_S) * 1e9)
        if self._timer.timer_period_ns != period_ns:
            self._timer.timer_period_ns = period_ns
            self._timer.reset()

    def _arrived(self) -> bool:
        return all(abs(self._joints[name] - target) < _ARRIVED_RAD for name, target in self._targets.items())

    def _publish(self) -> None:
        message = JointState(name=list(self._joints), position=list(self._joints.values()))
        message.header.stamp = self._body.stamp()
        self._states.publish(message)

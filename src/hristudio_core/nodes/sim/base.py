"""The base: velocity commands, odometry, and an action that turns and drives."""

import math
from dataclasses import dataclass

from geometry_msgs.msg import Twist
from hristudio.action import Drive
from nav_msgs.msg import Odometry
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle

from hristudio_core.nodes.sim.body import Body, Fault

# A real base lets its wheels stand when it has heard nothing for so long, s.
COMMAND_TIMEOUT_S = 0.5
_STEP_S = 0.05
_IDLE_STEP_S = 0.5


@dataclass
class Pose:
    """Where the base stands, and how fast it moves."""

    x: float = 0.0
    y: float = 0.0
    heading: float = 0.0
    forward: float = 0.0
    turning: float = 0.0

    def advance(self, seconds: float) -> None:
        """Move on along an arc; exact for constant speeds."""
        turned = self.turning * seconds
        # sin(a)/a tends to 1: on a straight line the chord is the way.
        chord = self.forward * seconds * (math.sin(turned / 2) / (turned / 2) if turned else 1.0)
        self.x += chord * math.cos(self.heading + turned / 2)
        self.y += chord * math.sin(self.heading + turned / 2)
        self.heading = math.remainder(self.heading + turned, math.tau)

    @property
    def moving(self) -> bool:
        """Tell whether it moves."""
        return bool(self.forward or self.turning)


@dataclass(frozen=True)
class _Leg:
    """A turn or a straight line: field of the result, amount, speed."""

    field: str
    amount: float
    speed: float


class Base:
    """Drives."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._pose = Pose()
        self._advanced_s = body.now_s()
        # The wheels turn until then, however late this process gets to it, s of the body's clock.
        self._until_s = math.inf
        # Counts takeovers: a drive whose number has passed has lost the wheels.
        self._holder = 0
        self._driving = False
        self._odometry = body.node.create_publisher(Odometry, "odom", 10)
        body.node.create_subscription(Twist, "cmd_vel", self._on_velocity, 10)
        self._timer = body.node.create_timer(_IDLE_STEP_S, self._step, clock=body.clock)
        self._server = ActionServer(
            body.node,
            Drive,
            "drive",
            self._drive,
            goal_callback=self._on_goal,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )
        body.when_halted(self._stand)

    def _on_velocity(self, message: Twist) -> None:
        self._holder += 1
        if self._body.halted:
            self._set(0.0, 0.0)
        else:
            self._set(message.linear.x, message.angular.z, self._body.now_s() + COMMAND_TIMEOUT_S)

    def _stand(self) -> None:
        self._holder += 1
        self._set(0.0, 0.0)

    def _set(self, forward: float, turning: float, until_s: float = math.inf) -> None:
        self._advance()
        self._until_s = until_s
        changed = (forward, turning) != (self._pose.forward, self._pose.turning)
        self._pose.forward, self._pose.turning = forward, turning
        if changed:
            self._publish()
            self._timer.timer_period_ns = int((_STEP_S if self._pose.moving else _IDLE_STEP_S) * 1e9)
            self._timer.reset()

    def _advance(self) -> None:
        now = self._body.now_s()
        seconds, self._advanced_s = min(now, self._until_s) - self._advanced_s, now
        self._pose.advance(max(0.0, seconds))

    def _step(self) -> None:
        if self._pose.moving and self._body.now_s() > self._until_s and not self._driving:
            self._set(0.0, 0.0)
            return
        self._advance()
        self._publish()

    def _publish(self) -> None:
        message = Odometry(child_frame_id="base_link")
        message.header.stamp = self._body.stamp()
        message.header.frame_id = "odom"
        message.pose.pose.position.x = self._pose.x
        message.pose.pose.position.y = self._pose.y
        message.pose.pose.orientation.z = math.sin(self._pose.heading / 2)
        message.pose.pose.orientation.w = math.cos(self._pose.heading / 2)
        message.twist.twist.linear.x = self._pose.forward
        message.twist.twist.angular.z = self._pose.turning
        self._odometry.publish(message)

    def _on_goal(self, goal: Drive.Goal) -> GoalResponse:
        legal = goal.speed_mps > 0 and goal.turn_speed_radps > 0
        if self._body.halted or self._driving or not legal:
            return GoalResponse.REJECT
        self._driving = True
        return GoalResponse.ACCEPT

    async def _drive(self, handle: ServerGoalHandle) -> Drive.Result:
        self._holder += 1
        mine = self._holder
        try:
            return await self._follow(handle, mine)
        finally:
            self._driving = False
            if self._holder == mine:
                self._set(0.0, 0.0)

    async def _follow(self, handle: ServerGoalHandle, mine: int) -> Drive.Result:
        goal = handle.request
        fault = self._body.fault("drive")
        result = Drive.Result()
        share = 0.5 if fault is Fault.FAILS else 1.0
        legs = (
            _Leg("turned_rad", goal.turn_rad * share, goal.turn_speed_radps),
            _Leg("driven_m", goal.distance_m * share, goal.speed_mps),
        )
        if fault is Fault.LOST:
            await self._body.take(math.inf, until=lambda: self._lost(handle, mine))
            return self._end(handle, result, "never began")
        for leg in legs:
            if not await self._go(leg, handle, mine, result):
                why = "cancelled" if handle.is_cancel_requested else "something else took the wheels"
                return self._end(handle, result, why)
        if fault is Fault.FAILS:
            return self._end(handle, result, "a wheel slipped")
        if handle.is_cancel_requested:
            return self._end(handle, result, "cancelled at the end")
        result.arrived = True
        handle.succeed()
        return result

    async def _go(self, leg: _Leg, handle: ServerGoalHandle, mine: int, result: Drive.Result) -> bool:
        """Turn or drive by an amount; tell whether it got there."""
        scale = self._body.parameters.time_scale
        begun = self._body.now_s()
        speed = math.copysign(leg.speed, leg.amount)
        needed = leg.amount / speed
        there_s = begun + needed / scale
        turning = leg.field == "turned_rad"
        while (passed := min(needed, (self._body.now_s() - begun) * scale)) < needed:
            if self._lost(handle, mine):
                return False
            self._set(*((0.0, speed * scale) if turning else (speed * scale, 0.0)), there_s)
            setattr(result, leg.field, speed * passed)
            self._tell(handle, result)
            await self._body.sleep(min(_STEP_S, (needed - passed) / scale))
        if self._lost(handle, mine):
            return False
        self._set(0.0, 0.0)
        setattr(result, leg.field, leg.amount)
        return True

    def _lost(self, handle: ServerGoalHandle, mine: int) -> bool:
        return bool(handle.is_cancel_requested or self._holder != mine)

    def _tell(self, handle: ServerGoalHandle, result: Drive.Result) -> None:
        goal = handle.request
        whole = abs(goal.turn_rad) / goal.turn_speed_radps + abs(goal.distance_m) / goal.speed_mps
        part = abs(result.turned_rad) / goal.turn_speed_radps + abs(result.driven_m) / goal.speed_mps
        told = Drive.Feedback(turned_rad=result.turned_rad, driven_m=result.driven_m)
        told.progress = part / whole if whole else 1.0
        handle.publish_feedback(told)

    def _end(self, handle: ServerGoalHandle, result: Drive.Result, message: str) -> Drive.Result:
        result.message = message
        if handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        return result

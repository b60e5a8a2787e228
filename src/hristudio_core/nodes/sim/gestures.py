"""Gestures: an action, keyframe by keyframe."""

from collections.abc import Mapping

from hristudio.action import Gesture
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle

from hristudio_core.nodes.sim.body import Body, Fault

# Name of the posture to reach and the time it takes at usual speed, s.
_KEYFRAMES: Mapping[str, tuple[tuple[str, float], ...]] = {
    "wave": (("arm_up", 0.8), ("left", 0.4), ("right", 0.4), ("left", 0.4), ("arm_down", 0.8)),
    "nod": (("down", 0.3), ("up", 0.3), ("down", 0.3), ("up", 0.3)),
    "shake_head": (("left", 0.4), ("right", 0.6), ("left", 0.6), ("middle", 0.4)),
    "bow": (("down", 1.2), ("hold", 0.6), ("up", 1.2)),
    "point_left": (("arm_out", 0.9), ("hold", 0.8), ("arm_down", 0.9)),
    "point_right": (("arm_out", 0.9), ("hold", 0.8), ("arm_down", 0.9)),
    "shrug": (("up", 0.5), ("hold", 0.3), ("down", 0.5)),
    "clap": (("open", 0.4), ("close", 0.2), ("open", 0.2), ("close", 0.2), ("arms_down", 0.6)),
}


class Gestures:
    """Performs one gesture at a time."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._busy = False
        self._server = ActionServer(
            body.node,
            Gesture,
            "gesture",
            self._perform,
            goal_callback=self._on_goal,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )

    def _on_goal(self, goal: Gesture.Goal) -> GoalResponse:
        if self._body.halted or self._busy or goal.name not in _KEYFRAMES or goal.speed <= 0:
            return GoalResponse.REJECT
        self._busy = True
        return GoalResponse.ACCEPT

    async def _perform(self, handle: ServerGoalHandle) -> Gesture.Result:
        try:
            return await self._move(handle)
        finally:
            self._busy = False

    async def _move(self, handle: ServerGoalHandle) -> Gesture.Result:
        fault = self._body.fault("gesture")
        disturbed = lambda: handle.is_cancel_requested or self._body.halted  # noqa: E731 - read in three places
        if fault is Fault.LOST:
            await self._body.take(float("inf"), until=disturbed)
            return self._end(handle, "cancelled")
        await self._body.hesitate("gesture", until=disturbed)
        keyframes = _KEYFRAMES[handle.request.name]
        for count, (posture, seconds) in enumerate(keyframes):
            if fault is Fault.FAILS and count == len(keyframes) // 2:
                handle.abort()
                return Gesture.Result(completed=False, message=f"a joint blocked on the way to {posture}")
            handle.publish_feedback(Gesture.Feedback(progress=count / len(keyframes), keyframe=posture))
            if not await self._body.take(seconds / handle.request.speed, until=disturbed):
                return self._end(handle, f"left off on the way to {posture}")
        if handle.is_cancel_requested:
            return self._end(handle, "left off at the end")
        handle.succeed()
        return Gesture.Result(completed=True, message="")

    def _end(self, handle: ServerGoalHandle, message: str) -> Gesture.Result:
        if handle.is_cancel_requested:
            handle.canceled()
        else:
            handle.abort()
        return Gesture.Result(completed=False, message=message)

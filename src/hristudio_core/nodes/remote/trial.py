"""A trial from its goal to its result, through the action run_trial.

A trial outlives its trial manager, a goal does not: whoever waits for its result waits for ever
once the trial manager was started anew. So the trial's end is also looked for in trial/state.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from hristudio.action import RunTrial
from hristudio.msg import TrialEvent, TrialState
from hristudio.srv import ControlTrial, GetEvents
from msgspec import Struct, structs
from rclpy.action import ActionClient

from hristudio_core.nodes.remote.session import Session, Unanswered
from hristudio_core.nodes.remote.snapshot import LATCHED

REFUSED = "refused"
# The trial manager shut down in order: the trial goes on when it is back.
LEFT = "left"
# The skill server and the trial manager have not found each other yet.
NOT_YET = "robot_absent"
FOREVER_S = 30 * 86400.0
ENDED = "ended"
# The result of a goal that still has its trial manager is here by then.
RESULT_S = 2.0
REPLY_S = 10.0
END_S = 30.0


class TrialWish(Struct, frozen=True, kw_only=True):
    """The goal; the fields of action/RunTrial.action."""

    protocol: str = ""
    protocol_yaml: str = ""
    expected_digest: str = ""
    participant: str
    condition: str
    mode: str
    seed: int
    parameters: str
    actor: str
    automatic: bool
    trial_id: str = ""


class Progress(Struct, frozen=True):
    """Where the trial is; `share` is 0 to 1."""

    step: str
    action: str
    share: float
    waiting_for: str


class TrialResult(Struct, frozen=True):
    """How it ended; the result of action/RunTrial.action."""

    trial_id: str
    outcome: str
    reason: str
    digest: str
    events: int
    seed: int
    head_hash: str
    duration_s: float


def run_trial(
    session: Session,
    wish: TrialWish,
    *,
    progress: Callable[[Progress], None],
    interrupted: threading.Event,
    start_s: float,
) -> TrialResult:
    """Run a trial; it is aborted when `interrupted` is set.

    Args:
        session: In the robot's namespace.
        wish: The trial.
        progress: Called with each feedback.
        interrupted: Set by somebody who wants it ended.
        start_s: How long nodes that are starting may take, s.

    Raises:
        Unanswered: There is no trial manager.
    """
    named = structs.replace(wish, trial_id=wish.trial_id or str(uuid.uuid4()))
    run = _Run(session, named, progress, interrupted)
    deadline = time.monotonic() + start_s
    run.until_there(start_s)
    while True:
        result = run.once()
        starting = result.outcome == REFUSED and result.reason.startswith(NOT_YET)
        if not starting or time.monotonic() > deadline or interrupted.is_set():
            return result
        run.until_heard_again(start_s)


class _Run:
    """One trial, seen by whoever asked for it."""

    def __init__(
        self,
        session: Session,
        wish: TrialWish,
        progress: Callable[[Progress], None],
        interrupted: threading.Event,
    ) -> None:
        self._session = session
        self._wish = wish
        self._progress = progress
        self._interrupted = interrupted
        self._state = TrialState()
        self._beats = 0
        self._client = ActionClient(session.node, RunTrial, "run_trial")
        session.node.create_subscription(TrialState, "trial/state", self._on_state, LATCHED)

    def until_there(self, start_s: float) -> None:
        """Wait for the trial manager."""
        there = lambda: self._client.server_is_ready() or self._interrupted.is_set()  # noqa: E731
        self._session.until(there, "run_trial", start_s)

    def until_heard_again(self, timeout_s: float) -> None:
        """Wait for the next heartbeat: it is a moment later, by which the nodes may have met."""
        heard = self._beats
        self._session.wait(lambda: self._beats > heard, timeout_s)

    def once(self) -> TrialResult:
        """Ask for the trial and give what comes of it."""
        goal = RunTrial.Goal(**structs.asdict(self._wish))
        sent = self._client.send_goal_async(goal, feedback_callback=self._on_feedback)
        self._session.until(sent.done, "the reply to run_trial", END_S)
        handle = sent.result()
        if not handle.accepted:
            raise Unanswered("run_trial refused the goal without a word", 0)
        ended = handle.get_result_async()

        def over() -> bool:
            return self._over() or (ended.done() and ended.result().result.outcome != LEFT)

        self._session.wait(lambda: over() or self._interrupted.is_set(), FOREVER_S)
        if not over():
            self._abort(handle)
            self._session.until(over, "the end of the trial after its cancellation", END_S)
        if self._session.wait(ended.done, RESULT_S) and ended.result().result.outcome != LEFT:
            result = ended.result().result
            return TrialResult(**{name: getattr(result, name) for name in TrialResult.__struct_fields__})
        return self._from_record()

    def _over(self) -> bool:
        return self._state.trial_id == self._wish.trial_id and self._state.phase == ENDED

    def _abort(self, handle: Any) -> None:
        """Have the trial aborted by its goal, or by its trial manager where that knows no such goal."""
        asked = handle.cancel_goal_async()
        if self._session.wait(asked.done, REPLY_S) and asked.result().goals_canceling:
            return
        request = ControlTrial.Request(
            trial_id=self._wish.trial_id, command="abort", actor=self._wish.actor, reason="interrupted"
        )
        self._call(ControlTrial, "trial/control", request)

    def _from_record(self) -> TrialResult:
        """Make the result that nobody sends any more from the trial's own record."""
        state = self._state
        first, last = self._event(1), self._event(state.last_seq)
        return TrialResult(
            trial_id=state.trial_id,
            outcome=state.outcome,
            reason=state.reason,
            digest=state.digest,
            events=state.last_seq,
            seed=json.loads(first.payload)["seed"],
            head_hash=last.hash,
            duration_s=(last.wall_ns - first.wall_ns) / 1e9,
        )

    def _event(self, seq: int) -> TrialEvent:
        request = GetEvents.Request(trial_id=self._wish.trial_id, from_seq=seq, limit=1)
        return self._call(GetEvents, "trial/get_events", request).events[0]

    def _call(self, kind: Any, name: str, request: Any) -> Any:
        client = self._session.node.create_client(kind, name)
        deadline = time.monotonic() + END_S
        while True:
            self._session.until(client.service_is_ready, name, END_S)
            asked = client.call_async(request)
            # A killed server looks ready for a while: what it was asked is asked again of its successor.
            if self._session.wait(asked.done, REPLY_S):
                return asked.result()
            if time.monotonic() > deadline:
                raise Unanswered(f"the reply of {name}", END_S)

    def _on_state(self, state: TrialState) -> None:
        self._state = state
        self._beats += 1

    def _on_feedback(self, message: Any) -> None:
        told = message.feedback
        self._progress(Progress(told.step, told.action, told.progress, told.waiting_for))

"""A trial from its goal to its result, through the action run_trial."""

import threading
import time
from collections.abc import Callable
from typing import Any

from hristudio.action import RunTrial
from hristudio.msg import TrialState
from msgspec import Struct, structs
from rclpy.action import ActionClient

from hristudio_core.nodes.remote.session import Session, Unanswered
from hristudio_core.nodes.remote.snapshot import LATCHED

REFUSED = "refused"
# The skill server and the trial manager have not found each other yet.
NOT_YET = "robot_absent"
FOREVER_S = 30 * 86400.0


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
    client = ActionClient(session.node, RunTrial, "run_trial")
    beats: list[TrialState] = []
    session.node.create_subscription(TrialState, "trial/state", beats.append, LATCHED)
    deadline = time.monotonic() + start_s
    session.until(lambda: client.server_is_ready() or interrupted.is_set(), "run_trial", start_s)
    while True:
        result = _run_once(session, client, wish, progress, interrupted)
        starting = result.outcome == REFUSED and result.reason.startswith(NOT_YET)
        if not starting or time.monotonic() > deadline or interrupted.is_set():
            return result
        # The next heartbeat is a moment later, by which they may have met.
        beats.clear()
        session.wait(lambda: beats, start_s)


def _run_once(
    session: Session,
    client: ActionClient,
    wish: TrialWish,
    progress: Callable[[Progress], None],
    interrupted: threading.Event,
) -> TrialResult:
    def told(message: Any) -> None:
        feedback = message.feedback
        progress(Progress(feedback.step, feedback.action, feedback.progress, feedback.waiting_for))

    sent = client.send_goal_async(RunTrial.Goal(**structs.asdict(wish)), feedback_callback=told)
    session.until(sent.done, "the reply to run_trial", timeout_s=30.0)
    handle = sent.result()
    if not handle.accepted:
        raise Unanswered("run_trial refused the goal without a word", 0)
    ended = handle.get_result_async()
    session.wait(lambda: ended.done() or interrupted.is_set(), FOREVER_S)
    if not ended.done():
        session.until(handle.cancel_goal_async().done, "the reply to the cancellation", timeout_s=10.0)
        session.until(ended.done, "the end of the trial after its cancellation", timeout_s=30.0)
    result = ended.result().result
    return TrialResult(**{name: getattr(result, name) for name in TrialResult.__struct_fields__})

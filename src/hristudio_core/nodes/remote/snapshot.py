"""What the robot and its trial are now, from the latched topics."""

from hristudio.msg import RobotStatus, TrialState
from msgspec import Struct
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

from hristudio_core.nodes.remote.session import Session

LATCHED = QoSProfile(
    depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL, reliability=ReliabilityPolicy.RELIABLE
)


class RobotSnapshot(Struct, frozen=True):
    """The robot; `battery` is 0 to 1, -1 when it does not tell."""

    name: str
    connected: bool
    stopped: bool
    stop_reason: str
    battery: float
    running: tuple[str, ...]


class TrialSnapshot(Struct, frozen=True):
    """The trial that runs or ran last, and how far PostgreSQL is behind the journal."""

    trial_id: str
    phase: str
    protocol: str
    participant: str
    step: str
    outcome: str
    reason: str
    last_seq: int
    unshipped: int
    lag_s: float


class Snapshot(Struct, frozen=True):
    """None: its node did not answer."""

    robot: RobotSnapshot | None
    trial: TrialSnapshot | None


def look(namespace: str, domain: int, timeout_s: float) -> Snapshot:
    """Look once; return as soon as both have answered, or with what there is after `timeout_s`."""
    robots: list[RobotStatus] = []
    trials: list[TrialState] = []
    with Session(namespace, domain) as session:
        session.node.create_subscription(RobotStatus, "robot/status", robots.append, LATCHED)
        session.node.create_subscription(TrialState, "trial/state", trials.append, LATCHED)
        session.wait(lambda: robots and trials, timeout_s)
    return Snapshot(
        robot=_robot(robots[-1]) if robots else None, trial=_trial(trials[-1]) if trials else None
    )


def _robot(status: RobotStatus) -> RobotSnapshot:
    return RobotSnapshot(
        name=status.robot,
        connected=status.connected,
        stopped=status.stopped,
        stop_reason=status.stop_reason,
        battery=round(status.battery, 3),
        running=tuple(skill.skill for skill in status.running),
    )


def _trial(state: TrialState) -> TrialSnapshot:
    return TrialSnapshot(
        trial_id=state.trial_id,
        phase=state.phase,
        protocol=state.protocol,
        participant=state.participant,
        step=state.step,
        outcome=state.outcome,
        reason=state.reason,
        last_seq=state.last_seq,
        unshipped=state.journal_unshipped,
        lag_s=round(state.logger_lag_s, 3),
    )

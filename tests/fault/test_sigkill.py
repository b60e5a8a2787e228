"""Processes are killed at random moments of trials: no event is lost or doubled, no robot left moving.

`make fault` runs 50 trials; a few of them are part of every test run.
"""

import shutil
import tempfile
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hristudio.action import RunTrial
from hristudio.msg import LoggerStatus, RobotStatus, TrialEvent, TrialState
from nav_msgs.msg import Odometry
from rclpy.qos import QoSProfile

from hristudio_core.store import running_url
from tests.fault.saboteur import Saboteur, count_losses
from tests.servers.observer import LATCHED, Observer
from tests.servers.stack import Stack

PROTOCOL = """
hristudio: 1
name: ordeal
version: "1"
title: Ordeal
policy: {on_restart: resume}
steps:
  - id: talk
    title: Talk
    do:
      - say: {text: "One two three four five six seven eight"}
        retries: 2
        on_failure: skip
      - drive: {distance_m: 0.4, speed_mps: 0.3}
        retries: 2
        on_failure: skip
      - prompt:
          text: Again?
          options:
            - {id: more, label: More, hotkey: m}
            - {id: enough, label: Enough, hotkey: e}
  - id: move
    title: Move
    do:
      - parallel:
          - - gesture: {name: wave}
              on_failure: skip
          - - drive: {distance_m: -0.4, speed_mps: 0.3}
              retries: 2
              on_failure: skip
      - wait: 0.3
"""
FAST = """
/**/sim_robot:
  ros__parameters:
    time_scale: 2.0
    delay_s: 0.02
"""
# A robot that dies while it speaks is given up by the time limit of its skill, 120 s.
TRIAL_S = 180.0
BLOWS = 2


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hristudio-fault-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def stack(data: Path) -> Iterator[Stack]:
    parameters = data / "fast.yaml"
    parameters.write_text(FAST)
    running = Stack(data, f"--params-file={parameters}").wait_ready()
    yield running
    running.end()


@pytest.fixture
def observer(stack: Stack) -> Iterator[Observer]:
    with Observer(domain=stack.domain) as opened:
        yield opened


class Watch:
    """What a bystander hears and sees of the trials."""

    def __init__(self, observer: Observer) -> None:
        self.observer = observer
        self.told: dict[str, set[str]] = defaultdict(set)
        self.states: list[TrialState] = []
        self.speed = 0.0
        node = observer.node
        events = QoSProfile(depth=1000)
        node.create_subscription(TrialEvent, "trial/events", self._hear, events)
        node.create_subscription(TrialState, "trial/state", self.states.append, LATCHED)
        node.create_subscription(Odometry, "odom", self._see, 10)
        self.robot = self._latest(RobotStatus, "robot/status")
        self.logger = self._latest(LoggerStatus, "logger/status")

    def ended(self, trial: str) -> bool:
        return any(state.trial_id == trial and state.phase == "ended" for state in self.states[-20:])

    def begun(self, trial: str) -> bool:
        return any(state.trial_id == trial for state in self.states[-20:])

    def _latest(self, kind: type, topic: str) -> list:
        heard: list = []
        self.observer.node.create_subscription(
            kind, topic, lambda m: heard.__setitem__(slice(None), [m]), LATCHED
        )
        return heard

    def _hear(self, event: TrialEvent) -> None:
        self.told[event.trial_id].add(event.hash)

    def _see(self, odometry: Odometry) -> None:
        twist = odometry.twist.twist
        self.speed = max(abs(twist.linear.x), abs(twist.angular.z))


def begin(watch: Watch, observer: Observer) -> str:
    """Have a trial begin, however often it takes: nodes come and go here."""
    trial = str(uuid.uuid4())
    deadline = time.monotonic() + TRIAL_S
    while time.monotonic() < deadline and not watch.begun(trial):
        goal = observer.start(
            RunTrial, "run_trial", protocol_yaml=PROTOCOL, trial_id=trial, automatic=True, seed=7
        )
        observer.until(lambda: watch.begun(trial) or goal.ended, what="the trial to begin")  # noqa: B023
    return trial


@pytest.mark.timeout(3600)
def test_nothing_is_lost_and_no_robot_left_moving(stack, data, observer, pytestconfig):
    watch = Watch(observer)
    saboteur = Saboteur(stack, pytestconfig.getoption("--fault-seed"))
    trials = []
    for _ in range(pytestconfig.getoption("--fault-trials")):
        observer.until(lambda: watch.robot and watch.robot[0].connected, what="the robot")
        observer.until_active("trial_manager")
        trials.append(begin(watch, observer))
        for _ in range(BLOWS):
            observer.during(saboteur.moment_s(), lambda: True)
            saboteur.strike()
        try:
            observer.until(lambda: watch.ended(trials[-1]), what="the trial's end", timeout_s=TRIAL_S)
        except AssertionError as error:
            raise AssertionError(f"{error}: {watch.states[-1]}\n{saboteur.killed}\n{stack.text}") from None
        observer.until(lambda: watch.speed == 0, what="the robot to stand still")
        assert observer.during(0.3, lambda: watch.speed == 0), "the robot moves after its trial"
    observer.until_active("event_logger")
    observer.until(lambda: running_url(data), what="PostgreSQL to be back", timeout_s=TRIAL_S)
    # What was told before the last blow is no news.
    watch.logger.clear()
    observer.until(
        lambda: watch.logger and watch.logger[0].connected and watch.logger[0].unshipped == 0,
        what="PostgreSQL to have all",
        timeout_s=TRIAL_S,
    )
    losses = [loss for loss in count_losses(data, trials, watch.told) if not loss.none]
    assert not losses, (losses, saboteur.killed)

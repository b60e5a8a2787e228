"""The node `skill_server`: the one way to the robot."""

import os
import sys
import threading
import time
from pathlib import Path

from hristudio.msg import TrialState
from hristudio.srv import HoldSkills, ListSkills
from rclpy.qos import DurabilityPolicy, QoSProfile

from hristudio_core.document import suggestion
from hristudio_core.nodes._foundation import Diagnosis, Level, ManagedNode
from hristudio_core.nodes.skills.announcer import Announcer
from hristudio_core.nodes.skills.book import Book, Patience, Surroundings
from hristudio_core.nodes.skills.carriers import make_carrier
from hristudio_core.nodes.skills.catalogue import fill
from hristudio_core.nodes.skills.desk import Desk
from hristudio_core.nodes.skills.goal import Goal
from hristudio_core.nodes.skills.halt import Halt
from hristudio_core.nodes.skills.latch import Latch
from hristudio_core.nodes.skills.links import Links
from hristudio_core.nodes.skills.parameters import SkillServerParameters
from hristudio_core.nodes.skills.vitals import Vitals
from hristudio_core.ops.settings import read_settings
from hristudio_core.ops.share import share_folder
from hristudio_core.robot import Code, Planner, load_profile

_TICK_S = 0.05
_STATUS_S = 1.0
# The longest that one thread keeps the interpreter from another: the stop must not wait for its turn.
_SWITCH_S = 0.0005
_OWNER_QOS = QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)


class SkillServer(ManagedNode[SkillServerParameters]):
    """Carries out the skills of one robot's profile, within its limits, and stops the robot."""

    def __init__(self) -> None:
        super().__init__("skill_server", SkillServerParameters)
        self._owner_heard_s = 0.0
        self._status_due = False

    def configure(self) -> None:
        """Read the profile and open everything that it names."""
        sys.setswitchinterval(_SWITCH_S)
        self._profile = load_profile(profile_path(self.parameters.profile))
        latch = Latch(self._state_file())
        self._halt = Halt(self._profile, latch, self.context, self.get_namespace())
        self._links = Links(self, self._profile, self._halt)
        self._vitals = Vitals(self._links, self._profile, changed=self._touch, reborn=self._on_rebirth)
        self._announcer = Announcer(self, self._profile, self.parameters.profile, lambda: latch.state)
        self._book = Book(self._patience(), self._surroundings())
        self._desk = Desk(
            self,
            self._book,
            Planner(self._profile),
            self._announcer,
            lambda name: self._links.unavailable.get(name, ""),
            traces=self.traces,
            tell=self.tell,
        )
        self.create_service(ListSkills, "skills/list", self._on_list)
        self.create_service(HoldSkills, "skills/hold", self._on_hold)
        self.create_service(HoldSkills, "skills/resume", self._on_resume)
        self.create_subscription(TrialState, "trial/state", self._on_owner, _OWNER_QOS, raw=True)
        self._tick_timer = self.steady_timer(_TICK_S, self._tick, autostart=False)
        self._status_timer = self.steady_timer(_STATUS_S, self._publish_status, autostart=False)
        self._halt.start(self._hear_halt, self._hear_trouble)
        self._log_shortcomings()

    def activate(self) -> None:
        """Take goals. What a predecessor left moving is brought to rest as the robot is found."""
        self._desk.open = True
        self._status_timer.reset()
        self._publish_status()

    def deactivate(self) -> None:
        """Take no more goals, end those under way, and bring the robot to rest."""
        self._desk.open = False
        self._status_timer.cancel()
        self._halt.safe_state()
        self._book.end_all(Code.SHUTDOWN, "the skill server is shutting down")
        self._publish_status()

    def cleanup(self) -> None:
        """End the stop's thread and let its file go."""
        self._halt.close()

    def diagnose(self) -> Diagnosis:
        """Say how the robot is."""
        if self.state != "active":
            return Diagnosis(Level.WARN, f"lifecycle state {self.state}")
        values = {
            "profile": self._profile.name,
            "goals": len(self._book),
            "battery": f"{self._vitals.battery:.2f}",
            "unavailable skills": ", ".join(self._links.unavailable),
        }
        if self._halt.missing:
            return Diagnosis(Level.ERROR, f"the stop is incomplete: {'; '.join(self._halt.missing)}", values)
        if reason := self._stopped():
            return Diagnosis(Level.WARN, reason, values)
        if silent := self._vitals.silent():
            return Diagnosis(Level.ERROR, silent, values)
        return Diagnosis(Level.OK, "ready", values)

    # What the parts are given.

    def _patience(self) -> Patience:
        given = self.parameters
        return Patience(given.absent_after_s, given.leave_after_s, given.owner_timeout_s)

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            carry=lambda plan, ear: make_carrier(self, self._links, plan, ear),
            stopped=self._stopped,
            silent=lambda: self._vitals.silent() or self._halt.settling(),
            gone=self._vitals.gone,
            owner_heard_s=lambda: self._owner_heard_s,
            stalled=self._on_stall,
            told=self._on_phase,
            moved=self._on_progress,
        )

    def _stopped(self) -> str:
        stop = self._halt.latch.state
        by = f" by {stop.actor}" if stop.actor else ""
        return f"the robot is stopped{by}: {stop.reason or 'no reason given'}" if stop.stopped else ""

    def _state_file(self) -> Path:
        if self.parameters.state_file:
            return Path(self.parameters.state_file)
        robot = self.get_namespace().strip("/").replace("/", "_") or "default"
        return read_settings(os.environ).folder.run / f"{robot}.stop"

    def _log_shortcomings(self) -> None:
        log = self.get_logger()
        for name, why in self._links.unavailable.items():
            log.warning(f"{name} is unavailable: {why}")
        for problem in (*self._vitals.problems, *self._halt.missing):
            log.error(problem)
        if reason := self._stopped():
            log.warning(reason)

    # What happens.

    def _on_phase(self, goal: Goal, phase: str) -> None:
        self._announcer.goal(goal, phase)
        if len(self._book):
            self._tick_timer.reset()
        self._publish_status()

    def _on_progress(self, goal: Goal) -> None:
        self._desk.feedback(goal)
        self._status_due = True

    def _on_stall(self, seconds: float) -> None:
        self.get_logger().warning(f"this node was kept from listening for {seconds:.1f} s")
        self._vitals.forgive(seconds)
        self._owner_heard_s += seconds

    def _on_rebirth(self) -> None:
        why = "the robot's own software was started anew and knows nothing of what it was doing"
        if lost := self._book.lose(why):
            self.get_logger().warning(f"{lost} skills ended: {why}")

    def _touch(self) -> None:
        self._status_due = True
        if self.state == "active":
            self._publish_status()

    def _tick(self) -> None:
        self._book.tick()
        if self._status_due:
            self._publish_status()
        if not len(self._book):
            self._tick_timer.cancel()

    def _publish_status(self) -> None:
        self._status_due = False
        self._announcer.status(self._book.goals, self._vitals)

    def _hear_halt(self, said: str) -> None:
        """Called in the stop's own thread: leave the rest to ours."""
        self.executor.create_task(self._after_halt, said)

    def _hear_trouble(self, error: Exception) -> None:
        """Called in the stop's own thread: leave the rest to ours."""
        self.executor.create_task(self.tell, error, "the stop")

    def _after_halt(self, said: str) -> None:
        # A disk may take its time; the state itself is in the file already.
        threading.Thread(target=self._halt.latch.sync, name="latch", daemon=True).start()
        if said == "stop":
            self.get_logger().warning(self._stopped())
            self._book.cancel_all(Code.STOPPED, self._stopped())
        else:
            self.get_logger().warning(said)
        self._publish_status()

    def _on_owner(self, _state: bytes) -> None:
        self._owner_heard_s = time.monotonic()

    def _on_list(self, _request: ListSkills.Request, response: ListSkills.Response) -> ListSkills.Response:
        return fill(response, self._profile, self.parameters.profile, self._links.unavailable)

    def _on_hold(self, request: HoldSkills.Request, response: HoldSkills.Response) -> HoldSkills.Response:
        response.held, response.cancelled = self._book.hold()
        response.accepted = True
        response.message = f"{len(response.held)} held, {len(response.cancelled)} cancelled"
        self.get_logger().info(f"hold ({request.reason or 'no reason given'}): {response.message}")
        return response

    def _on_resume(self, request: HoldSkills.Request, response: HoldSkills.Response) -> HoldSkills.Response:
        if reason := self._stopped():
            response.message = reason
            return response
        resumed = self._book.resume()
        response.accepted = True
        response.message = f"{len(resumed)} resumed"
        self.get_logger().info(f"resume ({request.reason or 'no reason given'}): {response.message}")
        return response


def profile_path(named: str) -> Path:
    """Give the file of a profile: its path, or its name in config/robots.

    Raises:
        LookupError: There is no profile of that name; says which there are.
    """
    path = Path(named)
    if path.suffix in {".yaml", ".yml"}:
        return path
    folder = share_folder(os.environ) / "config" / "robots"
    known = [file.stem for file in folder.glob("*.yaml")]
    if named not in known:
        raise LookupError(f"no profile {named!r} in {folder} ({suggestion(named, known)})")
    return folder / f"{named}.yaml"

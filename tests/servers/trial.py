"""A trial manager beside a simulated robot, each in its own process, as tests need them."""

import json
import signal
import uuid
from pathlib import Path
from typing import Any

from hristudio.action import RunTrial
from hristudio.msg import TrialEvent, TrialState
from hristudio.srv import Annotate, ClaimSeat, ControlTrial, Decide, GetEvents, Intervene
from rclpy.qos import QoSProfile

from hristudio_core.journal import Entry, SqliteJournal
from hristudio_core.ops.folder import DataFolder
from tests.servers.observer import LATCHED, Goal
from tests.servers.robot import RobotRig

TRIAL_MANAGER = "hristudio_core.nodes.trial_manager"
EVENTS = QoSProfile(depth=1000)


class TrialRig(RobotRig):
    """A robot with its skill server and its trial manager."""

    def __init__(self, data: Path, *, manager: dict[str, object] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._manager_parameters = manager or {}
        self.manager = self._start(TRIAL_MANAGER, self._manager_parameters)
        self.token = ""

    def until_ready(self) -> None:
        super().until_ready()
        self.until_managed()

    def until_managed(self) -> None:
        """Wait until the trial manager is active and heard."""
        self.observer.until_active("trial_manager")
        self.states = self.observer.listen(TrialState, "trial/state", LATCHED)
        self.told = self.observer.listen(TrialEvent, "trial/events", EVENTS)
        self.observer.until(lambda: self.states, what="a state")

    def kill_manager(self) -> None:
        self.manager.end(signal.SIGKILL)

    def restart_manager(self) -> None:
        self.manager = self._start(TRIAL_MANAGER, self._manager_parameters)
        self.until_managed()

    @property
    def state(self) -> TrialState:
        return self.states[-1]

    def run(self, protocol: str, **goal: Any) -> Goal:
        """Send a goal of run_trial with a protocol's text; returns once it runs or was refused."""
        values = {"trial_id": str(uuid.uuid4()), "seed": 7, **goal}
        sent = self.observer.start(RunTrial, "run_trial", protocol_yaml=protocol, **values)
        self.observer.until(
            lambda: sent.ended or self.state.trial_id == values["trial_id"], what="the trial to begin"
        )
        return sent

    def seat(self, actor: str = "ada", operation: str = "claim", **fields: Any) -> ClaimSeat.Response:
        reply = self.observer.call(ClaimSeat, "trial/seat", actor=actor, operation=operation, **fields)
        if reply.accepted and operation in {"claim", "take_over"}:
            self.token = reply.seat_token
        return reply

    def prompt(self) -> Any:
        """Wait for a prompt that can be answered; give it."""
        return self.observer.until(
            lambda: self.state.phase in {"running", "recovering"} and self.state.prompts, what="a prompt"
        )[0]

    def decide(self, option: str = "", prompt: str = "", **fields: Any) -> Decide.Response:
        asked = prompt or self.prompt().id
        values = {"seat_token": self.token, **fields}
        reply = self.observer.call(Decide, "trial/decide", prompt_id=asked, option=option, **values)
        if reply.accepted:
            # The reply may come before the state that has the prompt no longer.
            self.observer.until(lambda: asked not in {one.id for one in self.state.prompts}, what="its state")
        return reply

    def control(self, command: str, **fields: Any) -> ControlTrial.Response:
        values = {"seat_token": self.token, "reason": "test", **fields}
        return self.observer.call(ControlTrial, "trial/control", command=command, **values)

    def intervene(self, intervention: str = "", **fields: Any) -> Intervene.Response:
        values = {"seat_token": self.token, "intervention": intervention, **fields}
        return self.observer.call(Intervene, "trial/intervene", **values)

    def annotate(self, text: str, **fields: Any) -> Annotate.Response:
        return self.observer.call(Annotate, "trial/annotate", text=text, **{"actor": "olga", **fields})

    def until_phase(self, phase: str) -> TrialState:
        self.observer.until(lambda: self.state.phase == phase, what=f"phase {phase}")
        return self.state

    def until_event(self, kind: str) -> TrialEvent:
        """Wait for an event of a kind of the trial that runs or ran last; give the newest."""

        def found() -> list[TrialEvent]:
            return [e for e in self.told if e.kind == kind and e.trial_id == self.state.trial_id]

        return self.observer.until(found, what=kind)[-1]

    def until_skill(self, goal_id: str, phase: str) -> None:
        """Wait for a goal of the skill server to reach a phase."""
        self.observer.until(
            lambda: any(e.goal_id == goal_id and e.phase == phase for e in self.events), what=phase
        )

    def record(self, trial_id: str = "") -> list[Entry]:
        """Read a trial's entries from the journal's file."""
        journal = SqliteJournal.reader(DataFolder(self.data).journal(self.namespace))
        try:
            return journal.read(trial_id or self.state.trial_id, 1, 100_000)
        finally:
            journal.close()

    def fetch(self, **fields: Any) -> GetEvents.Response:
        return self.observer.call(GetEvents, "trial/get_events", **fields)

    def end_trial(self) -> None:
        """End whatever runs, and leave the seat."""
        if self.state.phase not in {"idle", "ended"}:
            self.control("abort", seat_token="", actor="test")
            self.until_phase("ended")
        if self.token:
            self.observer.call(ClaimSeat, "trial/seat", operation="release", seat_token=self.token)
            self.token = ""


def payloads(entries: list[Entry], kind: str) -> list[dict[str, Any]]:
    """Give the payloads of the entries of a kind, in order."""
    return [json.loads(entry.payload) for entry in entries if entry.kind == kind]

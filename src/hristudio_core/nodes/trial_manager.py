"""The trial manager: runs protocols on one robot, one trial at a time.

This node is the composition root: it builds the parts of `nodes/trial/` and hands them
over. All of them run in one executor thread, so nothing here needs a lock.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import uuid_utils

from hristudio_core.conduct import FrozenProtocols, SeatBook
from hristudio_core.engine import inputs
from hristudio_core.journal import JournalUnavailable, SqliteJournal
from hristudio_core.nodes._foundation import Diagnosis, Level, ManagedNode, parameter, run_node
from hristudio_core.nodes.trial.automatic import Automatic
from hristudio_core.nodes.trial.broadcast import Broadcast
from hristudio_core.nodes.trial.director import Director
from hristudio_core.nodes.trial.goals import Ending, Goals
from hristudio_core.nodes.trial.orders import Orders
from hristudio_core.nodes.trial.robot_link import RobotLink
from hristudio_core.nodes.trial.run_server import RunServer
from hristudio_core.nodes.trial.seat_service import SeatService
from hristudio_core.nodes.trial.stage import RosStage
from hristudio_core.nodes.trial.timekeeper import Timekeeper
from hristudio_core.nodes.trial.timers import Timers
from hristudio_core.nodes.trial.watches import Watches
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.notice_file import read_notice
from hristudio_core.ops.settings import read_settings
from hristudio_core.ops.share import share_folder

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

    from hristudio_core.conduct import Conductor
    from hristudio_core.engine.inputs import Input, Instant
    from hristudio_core.journal import Journal

HEARTBEAT_S = 0.4
"""Others take the trial manager for dead after 2 s of silence."""

PRUNE_EVERY_S = 3600.0
DAY_NS = 86_400_000_000_000


@dataclass(frozen=True)
class TrialManagerParameters:
    """Parameters of the trial manager."""

    protocol_folders: tuple[str, ...] = parameter(
        ("",), "Folders with protocols that can be named, first match wins; empty: those of the installation"
    )
    data_folder: str = parameter("", "Where journal and frozen protocols lie; empty: $HRISTUDIO_DATA")
    seat_ttl_s: float = parameter(
        10.0, "How long a seat is held without being renewed, s", minimum=1.0, maximum=3600.0
    )
    journal_keep_days: float = parameter(
        90.0,
        "How long trials that PostgreSQL has stay in the journal after their end, days; 0: for ever",
        minimum=0.0,
        maximum=36500.0,
    )


class TrialManager(ManagedNode[TrialManagerParameters]):
    """Runs protocols on one robot, one trial at a time."""

    def __init__(self) -> None:
        super().__init__("trial_manager", TrialManagerParameters)

    @property
    def conductor(self) -> Conductor | None:
        """The trial that runs, if any."""
        return self.director.conductor

    def configure(self) -> None:
        """Open the journal and make the parts."""
        data = self._data_folder()
        self.journal: Journal = SqliteJournal.writer(data.journal(self.get_namespace()))
        self.seats = SeatBook(int(self.parameters.seat_ttl_s * 1e9))
        self.timekeeper = Timekeeper(
            self, lambda by_ns: self.report(inputs.ClockJumped(at=self.now(), by_ns=by_ns))
        )
        self._taken_up = False
        self.goals = Goals(
            self,
            alive=self._robot_alive,
            known=lambda: self.robot.goals,
            accepted=self._accepted,
            ended=self._ended,
            traces=self.traces,
        )
        self.robot = RobotLink(
            self,
            now=self.now,
            report=self.report,
            own=self.goals.asked_for,
            held=self._held,
            heard=self._flush,
        )
        self.broadcast = Broadcast(self, self.goals, self.seats, lambda: self.conductor, self.now)
        self.director = Director(
            journal=self.journal,
            frozen=FrozenProtocols(data.protocols / "frozen"),
            folders=self._folders(data),
            robot=self.robot,
            goals=self.goals,
            timekeeper=self.timekeeper,
            host=socket.gethostname(),
            new_id=lambda: str(uuid_utils.uuid7()),
            audience=self.broadcast,
            logger=self.get_logger(),
            began=self._began,
            recovered=self._recovered,
            over=self.broadcast.tell_state,
            closed=lambda: _closed(data.run),
            traces=self.traces,
        )
        self.director.stage = RosStage(
            self,
            self.goals,
            Timers(
                self,
                self.timekeeper,
                lambda timer: self.report(inputs.TimerFired(at=self.now(), timer=timer)),
            ),
            Watches(self, lambda: self.robot.watches, self._matched),
            alive=self._robot_alive,
            cause_of_goal=lambda goal: self.conductor.cause_of_goal(goal) if self.conductor else "",
            watch_failed=lambda watch, reason: self.report(
                inputs.TopicFailed(at=self.now(), watch=watch, reason=reason)
            ),
            finished=self.director.finish,
        )
        self.run_server = RunServer(self, self.director, self.tell)
        self.broadcast.feed = self.run_server.feed
        self.automatic = Automatic(self, lambda: self.conductor, self.now)
        self.broadcast.heard = self.automatic.look

    def activate(self) -> None:
        """Take up what was left behind, then serve."""
        self.orders = Orders(self, self, self.seats, self.traces)
        self.seat_service = SeatService(
            self,
            self.seats,
            conductor=lambda: self.conductor,
            now=self.now,
            changed=self.broadcast.tell_state,
            traces=self.traces,
        )
        self.heartbeat = self.steady_timer(HEARTBEAT_S, self._beat)
        self._take_up()
        self._prune()
        self.pruning = self.steady_timer(PRUNE_EVERY_S, self._prune)
        self.broadcast.tell_state()

    def deactivate(self) -> None:
        """Halt the robot and serve no more."""
        self.director.leave()
        self._taken_up = False
        self.destroy_timer(self.heartbeat)
        self.destroy_timer(self.pruning)
        self.run_server.let_go()
        self.orders.close()
        self.seat_service.close()

    def cleanup(self) -> None:
        """Close the journal."""
        self.director.stage.clear()
        self.timekeeper.close()
        self.journal.close()

    def diagnose(self) -> Diagnosis:
        """Say whether a trial runs and its events are kept."""
        if self.state != "active":
            return Diagnosis(Level.WARN, f"lifecycle state {self.state}")
        conductor = self.conductor
        if trouble := self.timekeeper.trouble:
            return Diagnosis(Level.WARN, trouble)
        if conductor is None:
            return Diagnosis(message="no trial is running")
        values = {"trial": conductor.trial_id, "seq": conductor.last_seq}
        if conductor.outage:
            return Diagnosis(Level.ERROR, f"events cannot be kept: {conductor.outage}", values)
        return Diagnosis(message=f"trial {conductor.view(self.now()).phase}", values=values)

    def now(self) -> Instant:
        """Give the present on all three clocks."""
        return self.timekeeper.now()

    def report(self, happened: Input) -> None:
        """Tell the trial that runs, if any, what has happened."""
        if self.conductor is not None:
            self.conductor.report(happened)

    def _take_up(self) -> None:
        """Take up what was left behind, once there is a time to go on from."""
        if not self._taken_up and not self.timekeeper.trouble:
            self._taken_up = True
            self.director.recover()

    def _beat(self) -> None:
        self._take_up()
        self.seat_service.expire()
        self._flush()
        self.goals.check()
        if self.conductor is not None:
            self.conductor.retry(self.now())
        self.broadcast.tell_state()

    def _prune(self) -> None:
        """Remove what PostgreSQL has from the journal, between trials: it takes a while."""
        days = self.parameters.journal_keep_days
        if self.conductor is not None or not days:
            return
        try:
            removed = self.journal.prune(time.time_ns() - int(days * DAY_NS))
        except JournalUnavailable as error:
            self.get_logger().error(f"cannot prune the journal: {error}")
            return
        if removed:
            self.get_logger().info(f"{removed} events of trials that ended long ago are in PostgreSQL alone")

    def _robot_alive(self) -> bool:
        return self.robot.alive

    def _flush(self) -> None:
        self.goals.flush()
        self.director.stage.flush()

    def _began(self) -> None:
        self.seat_service.seat_all()

    def _recovered(self) -> None:
        self.seat_service.restore()
        # It may have been stopped or released while nobody ran the trial.
        self.robot.tell_stop()
        self.automatic.look()

    def _accepted(self, goal: str) -> None:
        self.report(inputs.SkillAccepted(at=self.now(), goal=goal))

    def _ended(self, goal: str, ending: Ending) -> None:
        self.report(
            inputs.SkillEnded(
                at=self.now(),
                goal=goal,
                outcome=ending.outcome,
                code=ending.code,
                detail=ending.detail,
                result=ending.result or {},
            )
        )

    def _held(self, uuid: UUID, held: bool) -> None:
        progress = self.goals.by_id(uuid)
        if progress is not None:
            self.report(inputs.SkillHeld(at=self.now(), goal=progress.goal, held=held))

    def _matched(self, watch: str, value: Any) -> None:
        self.report(inputs.TopicMatched(at=self.now(), watch=watch, value=value))

    def _data_folder(self) -> DataFolder:
        if self.parameters.data_folder:
            return DataFolder(Path(self.parameters.data_folder))
        return read_settings(os.environ).folder

    def _folders(self, data: DataFolder) -> list[Path]:
        named = [Path(folder) for folder in self.parameters.protocol_folders if folder]
        return named or [data.protocols, share_folder(os.environ) / "config" / "protocols"]


def _closed(run: Path) -> str:
    """Say why no trial may begin now: a maintenance is in force, as far as this host knows."""
    notice = read_notice(run)
    return notice.refusal(datetime.now(timezone.utc)) if notice else ""


def main(args: list[str] | None = None) -> int:
    """Run the trial manager."""
    return run_node(TrialManager, args)


if __name__ == "__main__":
    sys.exit(main())

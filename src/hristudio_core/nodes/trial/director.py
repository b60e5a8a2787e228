"""Begins, recovers and ends trials: one at a time per robot."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from hristudio.action import RunTrial

from hristudio_core.conduct import (
    ConductError,
    Conductor,
    Drafter,
    FrozenProtocols,
    OrderRefused,
    RecordUnavailable,
    TrialNotAdmitted,
    admit,
)
from hristudio_core.engine import (
    INITIAL,
    OPERATOR,
    EngineError,
    Refused,
    compile_program,
    decode,
    inputs,
    replay,
    resume_effects,
)
from hristudio_core.engine.effects import ResumeSkills
from hristudio_core.engine.facts import SkillRequested, TrialStarted
from hristudio_core.nodes.trial.spans import TRIAL
from hristudio_telemetry import OFF, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rclpy.impl.rcutils_logger import RcutilsLogger

    from hristudio_core.conduct import Admission, NewId, Wish
    from hristudio_core.conduct.conductor import Audience
    from hristudio_core.engine import Program, State
    from hristudio_core.engine.inputs import Instant
    from hristudio_core.journal import Entry, Journal
    from hristudio_core.nodes.trial.goals import Goals
    from hristudio_core.nodes.trial.robot_link import RobotLink
    from hristudio_core.nodes.trial.stage import RosStage
    from hristudio_core.nodes.trial.timekeeper import Timekeeper
    from hristudio_telemetry import Span, Traces

BATCH = 5000


class Director:
    """Holds the trial that runs, if any.

    Args:
        began: Called when a new trial runs.
        recovered: Called when one that was left behind runs again.
        over: Called when it has ended.
        closed: Says why no trial may begin now; empty: one may.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        frozen: FrozenProtocols,
        folders: Sequence[Path],
        robot: RobotLink,
        goals: Goals,
        timekeeper: Timekeeper,
        host: str,
        new_id: NewId,
        audience: Audience,
        logger: RcutilsLogger,
        began: Callable[[], None],
        recovered: Callable[[], None],
        over: Callable[[], None],
        closed: Callable[[], str],
        traces: Traces = OFF,
    ) -> None:
        self._traces = traces
        self._span = OFF.begin("no trial")
        self.conductor: Conductor | None = None
        self.stage: RosStage
        self._journal = journal
        self._frozen = frozen
        self._folders = folders
        self._robot = robot
        self._goals = goals
        self._timekeeper = timekeeper
        self._now = timekeeper.now
        self._host = host
        self._new_id = new_id
        self._audience = audience
        self._logger = logger
        self._began = began
        self._recovered = recovered
        self._over = over
        self._closed = closed
        self._starting = False
        self._present = False
        self._started_ns = 0
        self._seed = 0
        self._ended: Callable[[RunTrial.Result], None] = _nobody

    async def begin(self, wish: Wish, ended: Callable[[RunTrial.Result], None]) -> None:
        """Begin a trial, and call ``ended`` when it is over.

        Raises:
            ConductError: It cannot begin, and why. Nothing was written down.
        """
        span = self._traces.begin("RunTrial", Kind.SERVER, parent=wish.traceparent)
        try:
            await self._begin(wish, ended, span)
        except BaseException as error:
            span.fail(getattr(error, "code", type(error).__name__))
            span.end()
            raise

    async def _begin(self, wish: Wish, ended: Callable[[RunTrial.Result], None], span: Span) -> None:
        if trouble := self._timekeeper.trouble:
            raise TrialNotAdmitted("clock", trouble)
        self._check_present()
        self._check_open()
        self._check_free()
        # Asking the robot takes turns of the executor: nobody else may begin meanwhile.
        self._starting = True
        try:
            robot, skills = await self._robot.skills()
            self._check_present()
            self._check_open()
            if self._robot.status.stopped:
                raise TrialNotAdmitted(
                    "stopped", "the robot is stopped: release it first (robot/release_stop)"
                )
            if not self._robot.status.connected:
                raise TrialNotAdmitted(
                    "robot_absent",
                    f"the robot {robot} does not answer the skill server: is it on? (hristudio status)",
                )
            admission = admit(wish, self._folders, skills)
            span.note({TRIAL: admission.trial_id, "hristudio.mode": admission.mode.value})
            with span.current():
                self._start(admission, robot, ended, span)
        finally:
            self._starting = False

    def abort(self, actor: str, reason: str) -> bool:
        """End the trial that runs, on behalf of its client; tell whether that could be done."""
        if self.conductor is None:
            return False
        person = inputs.Person(actor=actor, role=OPERATOR)
        order = inputs.Controlled(at=self._now(), by=person, command=inputs.Command.ABORT, reason=reason)
        try:
            self.conductor.order(order)
        except (Refused, RecordUnavailable) as error:
            self._logger.error(f"cannot abort the trial: {error}")
            return False
        return True

    def finish(self, outcome: str, reason: str) -> None:
        """Let go of a trial whose last event is on the disk."""
        conductor = self.conductor
        if conductor is None:
            return
        self._logger.info(f"trial {conductor.trial_id} {outcome}{f': {reason}' if reason else ''}")
        self.conductor = None
        self._end_span(outcome)
        self.stage.clear()
        self._over()
        ended, self._ended = self._ended, _nobody
        ended(
            RunTrial.Result(
                trial_id=conductor.trial_id,
                outcome=outcome,
                reason=reason,
                digest=conductor.program.digest,
                events=conductor.last_seq,
                seed=self._seed,
                head_hash=conductor.head_hash,
                duration_s=(self._now().wall_ns - self._started_ns) / 1e9,
            )
        )

    def leave(self) -> None:
        """Bring the robot to rest and let the trial be, to be taken up by whoever starts next."""
        self._present = False
        self.stage.hold("the trial manager is shutting down")
        self._goals.cancel_all()
        # The ends of these goals must not have the script go on to its next one.
        self.conductor, self._ended = None, _nobody
        self._end_span("left")
        self.stage.leave()

    def recover(self) -> None:
        """Go on with the trial that a dead process left behind, as its protocol says."""
        self._present = True
        for trial in self._journal.trials():
            if trial.ended:
                continue
            entries = self._read(trial.id)
            try:
                self._resume(trial.id, entries)
            except (ConductError, EngineError) as error:
                self._give_up(entries, str(error))

    def _check_present(self) -> None:
        if not self._present:
            raise OrderRefused("inactive", "the trial manager is not active")

    def _check_open(self) -> None:
        if reason := self._closed():
            raise TrialNotAdmitted("maintenance", reason)

    def _check_free(self) -> None:
        if self.conductor is not None or self._starting:
            running = self.conductor.trial_id if self.conductor else "that is starting"
            raise OrderRefused("busy", f"this robot runs trial {running}; one trial at a time")

    def _start(
        self, admission: Admission, robot: str, ended: Callable[[RunTrial.Result], None], span: Span
    ) -> None:
        if any(trial.id == admission.trial_id for trial in self._journal.trials()):
            raise TrialNotAdmitted("illegal", f"there has been a trial {admission.trial_id} already")
        try:
            self._frozen.keep(admission.protocol)
        except OSError as error:
            raise TrialNotAdmitted("journal", f"the protocol cannot be kept: {error}") from error
        program = compile_program(admission.protocol)
        self._goals.begin(admission.trial_id)
        self._span = span
        conductor = self._conduct(INITIAL, program, admission.trial_id)
        self._ended, self._seed = ended, admission.seed
        self.conductor = conductor
        at = self._now()
        self._started_ns = at.wall_ns
        try:
            conductor.order(_start_input(admission, at, robot, self._host))
        except (Refused, RecordUnavailable) as error:
            raise TrialNotAdmitted(getattr(error, "code", "journal"), str(error)) from error
        finally:
            if not conductor.last_seq:
                # Nothing was written down, whatever went wrong: there is no trial, and nothing to hold.
                self.conductor, self._ended = None, _nobody
                self.stage.perform([ResumeSkills()])
        self._logger.info(
            f"trial {admission.trial_id}: {admission.protocol.name} {admission.protocol.version}, "
            f"{admission.mode.value}, seed {admission.seed}"
        )
        if self.conductor is not None:
            self._began()

    def _resume(self, trial_id: str, entries: Sequence[Entry]) -> None:
        facts = [decode(entry.kind, entry.payload) for entry in entries]
        if not facts:
            raise ConductError("its journal is empty")
        started = facts[0]
        if not isinstance(started, TrialStarted):
            raise ConductError("its first event is not its beginning")
        program = compile_program(self._frozen.get(started.digest))
        instants = [self._timekeeper.then(entry) for entry in entries]
        state = replay(program, zip(facts, instants, strict=True))
        requested = [fact.goal for fact in facts if isinstance(fact, SkillRequested)]
        self._goals.begin(trial_id, requested)
        self._span = self._traces.begin("RunTrial", values={TRIAL: trial_id, "hristudio.recovered": True})
        conductor = self._conduct(state, program, trial_id)
        conductor.recall(facts, entries)
        self.conductor = conductor
        self._started_ns, self._seed = entries[0].wall_ns, started.seed
        at = self._now()
        self._logger.warning(
            f"trial {trial_id} was left behind {(at.wall_ns - entries[-1].wall_ns) / 1e9:.1f} s ago; "
            f"policy: {program.protocol.policy.on_restart.value}"
        )
        recovered = inputs.Recovered(at=at, last_wall_ns=entries[-1].wall_ns, host=self._host)
        conductor.report(recovered)
        if self.conductor is not None:
            self.stage.perform(resume_effects(program, conductor.state, at))
            self._recovered()

    def _give_up(self, entries: Sequence[Entry], reason: str) -> None:
        self._logger.error(f"trial {entries[0].trial_id} cannot be taken up again: {reason}")
        self.conductor = None
        self._goals.begin(entries[0].trial_id)
        for goal in _open_goals(entries):
            self._goals.cancel(goal)
        draft = self._drafter().ending(self._now(), f"it could not be taken up again: {reason}")
        self._journal.append(entries[0].trial_id, [draft])

    def _conduct(self, state: State, program: Program, trial_id: str) -> Conductor:
        return Conductor(
            program,
            state,
            trial_id,
            journal=self._journal,
            drafter=self._drafter(),
            stage=self.stage,
            audience=self._audience,
            traces=self._traces,
            span=self._span.traceparent,
        )

    def _end_span(self, outcome: str) -> None:
        self._span.note({"hristudio.outcome": outcome})
        self._span.end()

    def _drafter(self) -> Drafter:
        simulated = self._timekeeper.simulated
        return Drafter(self._host, self._new_id, time.monotonic_ns if simulated else None)

    def _read(self, trial_id: str) -> list[Entry]:
        entries: list[Entry] = []
        while batch := self._journal.read(trial_id, len(entries) + 1, BATCH):
            entries.extend(batch)
        return entries


def _open_goals(entries: Sequence[Entry]) -> list[str]:
    """Give the goals that a trial left running, from a record of which the rest may make no sense."""
    goals: dict[str, None] = {}
    for entry in entries:
        if entry.kind == "skill.requested":
            goals[str(json.loads(entry.payload).get("goal", ""))] = None
        elif entry.kind == "skill.ended":
            goals.pop(str(json.loads(entry.payload).get("goal", "")), None)
    return list(goals)


def _start_input(admission: Admission, at: Instant, robot: str, host: str) -> inputs.Start:
    return inputs.Start(
        at=at,
        trial_id=admission.trial_id,
        actor=admission.actor,
        participant=admission.participant,
        condition=admission.condition,
        mode=admission.mode,
        seed=admission.seed,
        parameters=admission.parameters,
        robot=robot,
        host=host,
        automatic=admission.automatic,
    )


def _nobody(_result: RunTrial.Result) -> None:
    """Nobody waits for this trial: it was recovered, or its client is gone."""

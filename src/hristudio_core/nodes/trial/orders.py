"""The services by which people steer the trial and look at it: trial/decide, control, intervene, ...

Each turns a request into an input of the engine and the outcome into its reply. What is
refused comes back with a code and a sentence, and has changed nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from hristudio.srv import Annotate, ControlTrial, Decide, GetEvents, GetSteps, Intervene

from hristudio_core.conduct import OrderRefused, RecordUnavailable, SeatBook, read_object
from hristudio_core.engine import OPERATOR, Refused, decode, goal_uuid, inputs, steps
from hristudio_core.engine.facts import InterventionMade
from hristudio_core.journal import ClientStamps, JournalUnavailable
from hristudio_core.nodes.trial.lengths import refuse_long
from hristudio_core.nodes.trial.messages import event_message, step_message
from hristudio_core.nodes.trial.spans import asked
from hristudio_telemetry import OFF, Traces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rclpy.node import Node

    from hristudio_core.conduct import Conductor
    from hristudio_core.engine.inputs import Input, Instant
    from hristudio_core.journal import Entry, JournalReader

MOST_EVENTS = 1000
LAST_SEQ = 2**63 - 1
DEFAULT_ROLE = "wizard"


class Trials(Protocol):
    """What the services need of the trial manager."""

    @property
    def conductor(self) -> Conductor | None:
        """The trial that runs, if any."""

    @property
    def journal(self) -> JournalReader:
        """The journal of all trials."""

    def now(self) -> Instant:
        """Give the present."""


class Orders:
    """Serves people's orders to the trial that runs."""

    def __init__(self, node: Node, trials: Trials, seats: SeatBook, traces: Traces = OFF) -> None:
        self._traces = traces
        self._node = node
        self._trials = trials
        self._seats = seats
        self._services = [
            node.create_service(Decide, "trial/decide", self._decide),
            node.create_service(ControlTrial, "trial/control", self._control),
            node.create_service(Intervene, "trial/intervene", self._intervene),
            node.create_service(Annotate, "trial/annotate", self._annotate),
            node.create_service(GetEvents, "trial/get_events", self._get_events),
            node.create_service(GetSteps, "trial/get_steps", self._get_steps),
        ]

    def close(self) -> None:
        """Serve no more."""
        for service in self._services:
            self._node.destroy_service(service)

    def _decide(self, request: Decide.Request, reply: Decide.Response) -> Decide.Response:
        return self._answer(
            request,
            reply,
            lambda: inputs.Answered(
                at=self._trials.now(),
                by=self._person(request),
                prompt=request.prompt_id,
                option=request.option,
                text=request.text,
            ),
        )

    def _control(self, request: ControlTrial.Request, reply: ControlTrial.Response) -> ControlTrial.Response:
        def wanted() -> Input:
            command = _command(request.command)
            # Whoever is at the robot's host may bring it to rest without a seat.
            unseated = OPERATOR if command in {inputs.Command.PAUSE, inputs.Command.ABORT} else DEFAULT_ROLE
            return inputs.Controlled(
                at=self._trials.now(),
                by=self._person(request, unseated),
                command=command,
                target=request.target,
                reason=request.reason,
            )

        return self._answer(request, reply, wanted)

    def _intervene(self, request: Intervene.Request, reply: Intervene.Response) -> Intervene.Response:
        def wanted() -> Input:
            return inputs.Intervened(
                at=self._trials.now(),
                by=self._person(request),
                intervention=request.intervention,
                skill=request.skill,
                arguments=_arguments(request.arguments),
                reason=request.reason,
            )

        return self._answer(request, reply, wanted, _name_goal)

    def _annotate(self, request: Annotate.Request, reply: Annotate.Response) -> Annotate.Response:
        return self._answer(
            request,
            reply,
            lambda: inputs.Annotated(
                at=self._trials.now(),
                by=inputs.Person(actor=request.actor or OPERATOR, role="observer"),
                text=request.text,
                tags=tuple(request.tags),
                from_ns=request.from_ns,
                to_ns=request.to_ns,
            ),
        )

    def _get_events(self, request: GetEvents.Request, reply: GetEvents.Response) -> GetEvents.Response:
        try:
            return self._fill(request, reply)
        except JournalUnavailable as error:
            self._node.get_logger().error(f"cannot read events: {error}")
            return GetEvents.Response()

    def _get_steps(self, request: GetSteps.Request, reply: GetSteps.Response) -> GetSteps.Response:
        conductor = self._trials.conductor
        if conductor is not None and request.trial_id in {"", conductor.trial_id}:
            reply.found, reply.trial_id = True, conductor.trial_id
            reply.steps = [step_message(step) for step in steps(conductor.program, conductor.state)]
        return reply

    def _fill(self, request: GetEvents.Request, reply: GetEvents.Response) -> GetEvents.Response:
        journal = self._trials.journal
        held = {trial.id: trial for trial in journal.trials()}
        wanted = request.trial_id or next(reversed(held), "")
        if wanted not in held:
            return reply
        limit = min(request.limit or MOST_EVENTS, MOST_EVENTS)
        entries = journal.read(wanted, min(max(request.from_seq, 1), LAST_SEQ), limit)
        reply.found = True
        reply.trial_id = wanted
        reply.events = [event_message(entry) for entry in entries]
        reply.last_seq = held[wanted].last_seq
        return reply

    def _answer(
        self,
        request: Any,
        reply: Any,
        wanted: Callable[[], Input],
        fill: Callable[[Any, Sequence[Entry]], None] = lambda _reply, _entries: None,
    ) -> Any:
        with asked(self._traces, request, reply):
            self._order(request, reply, wanted, fill)
        # The message is for who asked: it may repeat what was given.
        done = f"event {reply.seq}" if reply.accepted else f"refused ({reply.code})"
        self._node.get_logger().debug(f"{type(request).__name__}: {done}")
        return reply

    def _order(
        self,
        request: Any,
        reply: Any,
        wanted: Callable[[], Input],
        fill: Callable[[Any, Sequence[Entry]], None],
    ) -> None:
        try:
            refuse_long(request, "arguments")
            entries = self._running(request.trial_id).order(wanted(), _stamps(request.client))
        except Refused as refusal:
            reply.code, reply.message = refusal.code, refusal.reason
        except OrderRefused as refusal:
            reply.code, reply.message = refusal.code, str(refusal)
        except RecordUnavailable as error:
            reply.code = "journal"
            reply.message = f"this cannot be recorded now, so it was not done: {error}"
        else:
            _accept(reply, entries)
            fill(reply, entries)

    def _running(self, trial_id: str) -> Conductor:
        conductor = self._trials.conductor
        if conductor is None:
            raise OrderRefused("no_trial", "no trial is running")
        if trial_id and trial_id != conductor.trial_id:
            raise OrderRefused("wrong_trial", f"trial {conductor.trial_id} is running, not {trial_id}")
        return conductor

    def _person(self, request: Any, unseated: str = DEFAULT_ROLE) -> inputs.Person:
        if request.seat_token:
            seat = self._seats.by_token(request.seat_token)
            return inputs.Person(actor=seat.holder, role=seat.role, label=seat.label)
        if any(seat.holder == request.actor for seat in self._seats.held):
            # Whoever knows the holder's name is not the holder.
            raise OrderRefused("no_seat", "give the token of your seat (trial/seat)")
        return inputs.Person(actor=request.actor or OPERATOR, role=unseated)


def _accept(reply: Any, entries: Sequence[Entry]) -> None:
    reply.accepted = True
    if entries:
        reply.seq, reply.event_id = entries[0].seq, entries[0].id


def _name_goal(reply: Intervene.Response, entries: Sequence[Entry]) -> None:
    """Give the ROS goal id of an intervention, whose fact is the first of its batch."""
    made = decode(entries[0].kind, entries[0].payload)
    if isinstance(made, InterventionMade):
        reply.goal_id = str(goal_uuid(entries[0].trial_id, made.goal))


def _command(text: str) -> inputs.Command:
    try:
        return inputs.Command(text)
    except ValueError as error:
        known = ", ".join(command.value for command in inputs.Command)
        raise OrderRefused("unknown", f"there is no command {text!r}; there are: {known}") from error


def _arguments(text: str) -> dict[str, Any]:
    try:
        return read_object(text)
    except ValueError as error:
        raise OrderRefused("illegal", f"arguments must be a JSON object: {error}") from error


def _stamps(message: Any) -> ClientStamps | None:
    if not message.acted_ns and not message.shown_ns:
        return None
    return ClientStamps(message.shown_ns, message.acted_ns, message.offset_ns, message.offset_error_ns)

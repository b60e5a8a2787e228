"""A world that does anything to a trial: each number pair becomes one input, sensible or not."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from hristudio_core.engine import INITIAL, Refused, TrialPhase, compile_program, decide, evolve
from hristudio_core.engine import inputs as i
from tests.unit.engine.rig import ANN, SECOND, TRIAL

BOB = i.Person("bob", "wizard", "Bob")
_OUTCOMES = (*[i.SkillOutcome.SUCCEEDED] * 3, *i.SkillOutcome)
_CODES = ("", "", "", "stopped", "paused", "held", "busy")


class World:
    """Tell a trial things; keep what came of it."""

    def __init__(self, protocol: Any, seed: int, budget: int = 150) -> None:
        self.program = compile_program(protocol, budget=budget)
        self.state = INITIAL
        self.now = 0
        self.boot = 5 * SECOND
        self.record: list[tuple[Any, i.Instant]] = []
        self.told: list[i.Input] = []
        self.seed = seed

    @property
    def at(self) -> i.Instant:
        return i.Instant(1_700_000_000 * SECOND + self.now, self.boot + self.now, self.now)

    def tell(self, told: i.Input) -> bool:
        """Tell an input; return whether it was taken."""
        self.told.append(told)
        try:
            facts = decide(self.program, self.state, told)
        except Refused:
            return False
        for fact in facts:
            self.state = evolve(self.program, self.state, fact, told.at)
            self.record.append((fact, told.at))
        return True

    def begin(self, *, automatic: bool = False) -> None:
        start = i.Start(
            at=self.at,
            trial_id=TRIAL,
            actor="ann",
            participant="P01",
            condition="",
            mode=i.Mode.PILOT,
            seed=self.seed,
            parameters={},
            robot="sim",
            host="here",
            automatic=automatic,
        )
        assert self.tell(start)
        self.tell(i.SeatChanged(at=self.at, by=ANN, operation=i.SeatOperation.CLAIM))

    def act(self, kind: int, detail: int) -> None:
        self.now += (detail % 5) * SECOND // 4
        told = _KINDS[kind % len(_KINDS)](self, detail)
        if told is not None:
            self.tell(replace(told, at=self.at))

    def due(self) -> list[tuple[int, str]]:
        """Timers that run, soonest first."""
        timers = self.state.timers.items()
        return sorted((timer.due_ns, name) for name, timer in timers if timer.remaining_ns is None)

    def fire(self) -> bool:
        """Let time pass until the next timer and fire it."""
        due = self.due()
        if not due:
            return False
        self.now = max(self.now, due[0][0] - self.boot)
        return self.tell(i.TimerFired(at=self.at, timer=due[0][1]))


def _nth(items: Any, number: int) -> Any:
    found = list(items)
    return found[number % len(found)] if found else None


def _end(world: World, number: int) -> i.Input:
    goal = _nth(world.state.goals, number) or "nobody#1/knows!1"
    return i.SkillEnded(
        at=world.at, goal=goal, outcome=_nth(_OUTCOMES, number // 3), code=_nth(_CODES, number // 7)
    )


def _done(world: World, number: int) -> i.Input | None:
    goal = _nth(world.state.goals, number)
    return i.SkillEnded(at=world.at, goal=goal, outcome=i.SkillOutcome.SUCCEEDED) if goal else None


def _accept(world: World, number: int) -> i.Input:
    return i.SkillAccepted(at=world.at, goal=_nth(world.state.goals, number) or "x")


def _hold(world: World, number: int) -> i.Input:
    return i.SkillHeld(at=world.at, goal=_nth(world.state.goals, number) or "x", held=bool(number & 8))


def _answer(world: World, number: int) -> i.Input:
    prompt = _nth(world.state.prompts.values(), number)
    if prompt is None:
        return i.Answered(at=world.at, by=ANN, prompt="one#1/a0", option="o0")
    option = _nth([item["id"] for item in prompt.options], number // 2)
    by = BOB if number % 11 == 0 else ANN
    if number % 5 == 0 or option is None:
        return i.Answered(at=world.at, by=by, prompt=prompt.prompt, text="words")
    return i.Answered(at=world.at, by=by, prompt=prompt.prompt, option=option)


def _timer(world: World, number: int) -> i.Input | None:
    if number % 4 == 0:
        return i.TimerFired(at=world.at, timer=_nth(world.state.timers, number) or "one#1/a0:timeout")
    world.fire()
    return None


def _control(world: World, number: int) -> i.Input:
    command = _nth(i.Command, number)
    target = ""
    if command is i.Command.JUMP:
        target = _nth(world.program.steps, number // 3)
    elif number % 3 == 0:
        target = _nth(world.state.activations, number // 5) or ""
    return i.Controlled(
        at=world.at, by=ANN, command=command, target=target, reason="" if number % 13 == 0 else "so"
    )


def _mild(world: World, number: int) -> i.Input:
    command = _nth(
        (i.Command.PAUSE, i.Command.RESUME, i.Command.RESUME, i.Command.RETRY, i.Command.SKIP), number
    )
    return i.Controlled(at=world.at, by=ANN, command=command, reason="so")


def _intervene(world: World, number: int) -> i.Input:
    if number % 3 == 0:
        return i.Intervened(at=world.at, by=ANN, skill="dance", arguments={"style": number})
    text = _nth(("Hm {{ n }}", "Ah", "no such"), number)
    return i.Intervened(
        at=world.at, by=ANN, intervention="nod", arguments={"text": text, "speed": number % 2}
    )


def _seat(world: World, number: int) -> i.Input:
    by = _nth((ANN, BOB, i.Person("ann", "nobody")), number)
    return i.SeatChanged(
        at=world.at, by=by, operation=_nth(i.SeatOperation, number // 3), expires_ns=number, reason="so"
    )


def _robot(world: World, number: int) -> i.Input:
    if number % 3 == 0:
        return i.RobotStopped(at=world.at, actor="ann", reason="hand")
    return i.RobotReleased(at=world.at, actor="ann", reason="clear")


def _recover(world: World, number: int) -> i.Input:
    last = world.at.wall_ns
    if number % 2:
        world.boot = SECOND - world.now  # the host came up anew: its monotonic clock too
    world.now += 100 * SECOND
    return i.Recovered(at=world.at, last_wall_ns=last, host="here")


def _jump(world: World, number: int) -> i.Input:
    by_ns = -(1 + number) * SECOND
    world.boot += by_ns
    return i.ClockJumped(at=world.at, by_ns=by_ns)


def _topic(world: World, number: int) -> i.Input:
    return i.TopicMatched(at=world.at, watch=_nth(world.state.activations, number) or "x", value=number)


def _other(world: World, number: int) -> i.Input:
    if number % 3 == 0:
        return i.JournalFailed(at=world.at, reason="disk full", failed_wall_ns=world.at.wall_ns)
    if number % 3 == 1:
        return i.Annotated(at=world.at, by=BOB, text="a note", tags=("t",))
    return i.ForeignSkill(
        at=world.at, goal_id="g", skill="dance", arguments={}, source="operator", phase="accepted"
    )


_KINDS: tuple[Any, ...] = (
    *(_done,) * 5,
    *(_answer,) * 4,
    *(_timer,) * 3,
    *(_mild,) * 2,
    _end,
    _end,
    _accept,
    _hold,
    _control,
    _intervene,
    _seat,
    _robot,
    _robot,
    _recover,
    _jump,
    _topic,
    _topic,
    _other,
)


def finish(world: World) -> None:
    """Abort, then let only time pass: the robot confirms nothing."""
    if world.state.phase is TrialPhase.ENDED:
        return
    operator = i.Person("host", "operator")
    if world.state.ending is None:
        assert world.tell(
            i.Controlled(at=world.at, by=operator, command=i.Command.ABORT, reason="the test is over")
        )
    while world.state.phase is not TrialPhase.ENDED:
        assert world.fire(), "the trial waits for ever"

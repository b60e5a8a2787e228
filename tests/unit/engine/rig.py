"""Run protocols by hand: inputs in, facts and effects out, time under control."""

from __future__ import annotations

from typing import Any

from hristudio_core.engine import (
    INITIAL,
    TrialPhase,
    compile_program,
    decide,
    decode,
    encode,
    evolve,
    react,
    replay,
    view,
)
from hristudio_core.engine.inputs import (
    Answered,
    Command,
    Controlled,
    Instant,
    Intervened,
    Mode,
    Person,
    Recovered,
    SeatChanged,
    SeatOperation,
    SkillEnded,
    SkillOutcome,
    Start,
    TimerFired,
)
from hristudio_core.protocol.model import END, Next, Protocol, Skill, Step

TRIAL = "0190a1b2-0000-7000-8000-000000000001"
ANN = Person("ann", "wizard", "Ann")
SECOND = 1_000_000_000


def skill(name: str, verb: str = "say", **kwargs: Any) -> Skill:
    return Skill(id=name, skill=verb, **kwargs)


def step(name: str, *actions: Any, to: str = END, **kwargs: Any) -> Step:
    ways = kwargs.pop("next", (Next(to=to),))
    return Step(id=name, title=name.title(), do=actions, next=ways, **kwargs)


def protocol(*steps: Step, **kwargs: Any) -> Protocol:
    return Protocol(name="p", version="1", title="P", steps=steps, **kwargs)


class Rig:
    """A trial on a bench. Every batch of facts is checked against the codec and a replay."""

    def __init__(self, *steps: Step, seated: bool = True, budget: int = 2000, **kwargs: Any) -> None:
        self.program = compile_program(protocol(*steps, **kwargs), budget=budget)
        self.state = INITIAL
        self.now = 0
        self.record: list[tuple[Any, Instant]] = []
        self.effects: list[Any] = []
        self.seated = seated

    @property
    def at(self) -> Instant:
        return Instant(1_700_000_000 * SECOND + self.now, 5 * SECOND + self.now, self.now)

    @property
    def view(self) -> Any:
        return view(self.program, self.state, self.at)

    def tell(self, kind: Any, **fields: Any) -> list[Any]:
        at = fields.pop("at", self.at)
        facts = decide(self.program, self.state, kind(at=at, **fields))
        for fact in facts:
            assert decode(*encode(fact)) == fact
            self.state = evolve(self.program, self.state, fact, at)
            self.record.append((fact, at))
        self.effects += react(self.program, self.state, facts)
        return list(facts)

    def start(self, **fields: Any) -> list[Any]:
        given = {
            "trial_id": TRIAL,
            "actor": "ann",
            "participant": "P01",
            "condition": "",
            "mode": Mode.PILOT,
            "seed": 7,
            "parameters": {},
            "robot": "sim",
            "host": "here",
        }
        facts = self.tell(Start, **{**given, **fields})
        if self.seated and self.state.phase is not TrialPhase.ENDED:
            self.seat(ANN)
        return facts

    def seat(self, by: Person, operation: SeatOperation = SeatOperation.CLAIM, reason: str = "") -> list[Any]:
        return self.tell(SeatChanged, by=by, operation=operation, expires_ns=1, reason=reason)

    def end(
        self, goal: str, outcome: SkillOutcome = SkillOutcome.SUCCEEDED, code: str = "", **fields: Any
    ) -> list[Any]:
        return self.tell(SkillEnded, goal=goal, outcome=outcome, code=code, **fields)

    def answer(self, prompt: str, option: str = "", text: str = "", by: Person = ANN) -> list[Any]:
        return self.tell(Answered, by=by, prompt=prompt, option=option, text=text)

    def control(
        self, command: Command, target: str = "", reason: str = "because", by: Person = ANN
    ) -> list[Any]:
        return self.tell(Controlled, by=by, command=command, target=target, reason=reason)

    def intervene(self, intervention: str = "", by: Person = ANN, **fields: Any) -> list[Any]:
        return self.tell(Intervened, by=by, intervention=intervention, **fields)

    def recover(self) -> list[Any]:
        return self.tell(Recovered, last_wall_ns=self.at.wall_ns, host="here")

    def wait(self, seconds: float) -> list[Any]:
        """Let time pass; timers fire when they are due, in order."""
        end = self.now + round(seconds * SECOND)
        facts: list[Any] = []
        while True:
            due = [
                (timer.due_ns - 5 * SECOND, name)
                for name, timer in self.state.timers.items()
                if timer.remaining_ns is None and timer.due_ns - 5 * SECOND <= end
            ]
            if not due:
                break
            when, name = min(due)
            self.now = max(self.now, when)
            facts += self.tell(TimerFired, timer=name)
        self.now = end
        return facts

    def replayed(self) -> Any:
        return replay(self.program, self.record)

    def goals(self) -> list[str]:
        return list(self.state.goals)


def kinds(facts: list[Any]) -> list[str]:
    return [fact.__struct_config__.tag for fact in facts]


def some(facts: list[Any], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]

"""How long the engine takes for one input, and for a long trial: decide, evolve and react, no I/O."""

import time
from collections.abc import Callable

from benchmarks.figure import Figure, percentile
from hristudio_core.engine import (
    INITIAL,
    Program,
    State,
    compile_program,
    decide,
    evolve,
    react,
    replay,
    view,
)
from hristudio_core.engine import inputs as i
from hristudio_core.engine.facts import Fact  # noqa: TC001  nothing else here defers annotations
from hristudio_core.protocol import model

_LIMIT_US = 100.0
_ROUNDS = 3000
_LONG = 10_000
_ANN = i.Person("ann", "wizard", "Ann")
_AT = i.Instant(1_700_000_000_000_000_000, 1_000_000_000, 0)


def measure() -> list[Figure]:
    program = compile_program(_protocol())
    running = _told(program, INITIAL, _start())
    running = _told(
        program, running, i.SeatChanged(at=_AT, by=_ANN, operation=i.SeatOperation.CLAIM, expires_ns=1)
    )
    asked = _told(program, running, _done("s0#1/talk!1"))
    cases: list[tuple[str, State, i.Input]] = [
        ("skill ends, next action starts", running, _done("s0#1/talk!1")),
        (
            "answer, branch and next skill",
            asked,
            i.Answered(at=_AT, by=_ANN, prompt="s0#1/ask", option="yes"),
        ),
        ("pause", running, i.Controlled(at=_AT, by=_ANN, command=i.Command.PAUSE)),
    ]
    figures = []
    for name, state, told in cases:
        times = _times(lambda state=state, told=told: _step(program, state, told))
        figures.append(Figure.at_most(f"engine: {name}, p50", percentile(times, 0.5), "us", _LIMIT_US))
        figures.append(Figure.at_most(f"engine: {name}, p99", percentile(times, 0.99), "us", 5 * _LIMIT_US))
    shown = _times(lambda: view(program, asked, _AT))
    figures.append(Figure.at_most("engine: what is shown, p50", percentile(shown, 0.5), "us", 2 * _LIMIT_US))
    return [*figures, *_long_trial()]


def _step(program: Program, state: State, told: i.Input) -> None:
    facts = decide(program, state, told)
    for fact in facts:
        state = evolve(program, state, fact, told.at)
    react(program, state, facts)


def _times(work: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1e6)
    return times


def _told(program: Program, state: State, told: i.Input) -> State:
    for fact in decide(program, state, told):
        state = evolve(program, state, fact, told.at)
    return state


def _done(goal: str) -> i.SkillEnded:
    return i.SkillEnded(at=_AT, goal=goal, outcome=i.SkillOutcome.SUCCEEDED)


def _start() -> i.Start:
    return i.Start(
        at=_AT,
        trial_id="0190a1b2-0000-7000-8000-000000000001",
        actor="ann",
        participant="P01",
        condition="",
        mode=i.Mode.PILOT,
        seed=7,
        parameters={},
        robot="sim",
        host="here",
    )


def _protocol() -> model.Protocol:
    """Forty steps that each speak, ask and react."""
    ask = model.Prompt(
        id="ask",
        text="Did {{ name }} answer?",
        options=(
            model.Option(id="yes", label="Yes", set={"answered": True}),
            model.Option(id="no", label="No"),
        ),
        amber_s=1.0,
        red_s=2.0,
        timeout_s=10.0,
        default="no",
    )
    react_to = model.Branch(id="react", cases=(model.Case(when="answered", do=(_say("nice"),)),))
    steps = tuple(
        model.Step(
            id=f"s{number}",
            title=f"Step {number}",
            do=(_say("talk"), ask, react_to),
            next=(model.Next(to=f"s{number + 1}" if number < 39 else model.END),),
        )
        for number in range(40)
    )
    variables = {"name": "Mia", "answered": False, "n": 0}
    return model.Protocol(name="bench", version="1", title="Bench", steps=steps, variables=variables)


def _say(name: str) -> model.Skill:
    return model.Skill(id=name, skill="say", arguments={"text": "Hello {{ name }}"}, timeout_s=10.0)


def _long_trial() -> list[Figure]:
    """Run one step over and over: a late event must cost what an early one does."""
    step = model.Step(
        id="again",
        title="Again",
        do=(model.Set(id="count", values={"n": "{{ n + 1 }}"}), _say("talk")),
        next=(model.Next(to="again"),),
    )
    protocol = model.Protocol(
        name="long", version="1", title="Long", steps=(step,), variables={"name": "Mia", "n": 0}
    )
    program = compile_program(protocol)
    state = INITIAL
    record: list[tuple[Fact, i.Instant]] = []
    marks = []
    told: i.Input = _start()
    while len(record) < _LONG:
        began = time.perf_counter()
        facts = decide(program, state, told)
        for fact in facts:
            state = evolve(program, state, fact, _AT)
        marks.append((time.perf_counter() - began) / len(facts))
        record += [(fact, _AT) for fact in facts]
        told = _done(next(iter(state.goals)))
    tenth = len(marks) // 10
    early, late = percentile(marks[:tenth], 0.5), percentile(marks[-tenth:], 0.5)
    began = time.perf_counter()
    replay(program, record)
    per_event = (time.perf_counter() - began) / len(record) * 1e6
    return [
        Figure.at_most(f"engine: last of {_LONG:,} events against the first", late / early, "x", 2.0),
        Figure.at_most("engine: replay, an event", per_event, "us", _LIMIT_US),
    ]

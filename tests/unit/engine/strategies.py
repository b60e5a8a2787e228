"""Protocols and inputs of every kind, for hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from hristudio_core.protocol import model

STEPS = ("one", "two", "three")
_TARGETS = (*STEPS, model.END)
_CONDITIONS = ("flag", "not flag", "n > 2", "n < 1", "true", "false", "missing > 1")
"""The last one has no value: an author's mistake that only a run shows."""

_seconds = st.sampled_from((0.5, 1.0, 3.0))
_maybe_seconds = st.one_of(st.none(), _seconds)

failures = st.builds(
    model.OnFailure, policy=st.sampled_from(list(model.FailurePolicy)), target=st.sampled_from(STEPS)
)

values = st.one_of(
    st.integers(0, 5), st.booleans(), st.sampled_from(("{{ n + 1 }}", "x {{ n }}", "{{ missing }}"))
)

sets = st.dictionaries(
    st.sampled_from(("flag", "n", "other")), st.one_of(st.booleans(), st.integers(0, 5)), max_size=2
)


@st.composite
def skills(draw: Any, name: str = "skill") -> model.Skill:
    return model.Skill(
        id=name,
        skill=draw(st.sampled_from(("say", "wave"))),
        arguments={"text": draw(values)} if draw(st.booleans()) else {},
        timeout_s=draw(_maybe_seconds),
        retries=draw(st.integers(0, 1)),
        on_failure=draw(failures),
        background=draw(st.integers(0, 4)) == 0,
        on_seat_lost=draw(st.one_of(st.none(), st.sampled_from(list(model.OnSeatLost)))),
    )


def _options(draw: Any, depth: int, *, ways: bool) -> tuple[model.Option, ...]:
    return tuple(
        model.Option(
            id=f"o{index}",
            label=f"Option {index}",
            value=draw(st.one_of(st.none(), values)),
            next=draw(st.sampled_from(("", "", *_TARGETS))) if ways else "",
            set=draw(sets),
            do=draw(bodies(depth - 1)) if ways and depth > 0 else (),
        )
        for index in range(draw(st.integers(1, 3)))
    )


@st.composite
def prompts(draw: Any, name: str, depth: int) -> model.Prompt:
    timeout = draw(_maybe_seconds)
    options = _options(draw, depth, ways=True)
    return model.Prompt(
        id=name,
        text=draw(st.sampled_from(("Which?", "Is it {{ n }}?"))),
        options=options,
        free_text=draw(st.booleans()),
        save=draw(st.sampled_from(("", "other"))),
        timeout_s=timeout,
        default=options[0].id if timeout is not None and draw(st.booleans()) else "",
        amber_s=draw(_maybe_seconds),
        red_s=draw(_maybe_seconds),
        filler=draw(st.one_of(st.none(), skills("filler"))),
    )


@st.composite
def waits(draw: Any, name: str) -> model.Wait:
    what: dict[str, Any] = draw(
        st.sampled_from(
            (
                {"seconds": 1.0},
                {"seconds": 0.0},
                {"seconds": "{{ n }}"},
                {"until": "flag"},
                {"until": "n > 2"},
                {"until": "missing > 1"},
                {"topic": model.TopicCondition(topic="touch", value="{{ n }}")},
                {"mark": "m"},
            )
        )
    )
    return model.Wait(id=name, timeout_s=draw(_maybe_seconds), on_failure=draw(failures), **what)


@st.composite
def loops(draw: Any, name: str, depth: int) -> model.Loop:
    until = {
        "while": {"while_": draw(st.sampled_from(_CONDITIONS))},
        "until": {"until": draw(st.sampled_from(_CONDITIONS))},
        "count": {"count": draw(st.sampled_from((0, 1, 2, "{{ n }}")))},
    }[draw(st.sampled_from(("while", "until", "count")))]
    return model.Loop(
        id=name,
        do=draw(bodies(depth - 1)),
        max_turns=draw(st.integers(1, 4)),
        confirm=draw(st.booleans()),
        turn=draw(st.sampled_from(("", "n"))),
        **until,
    )


@st.composite
def observes(draw: Any, name: str) -> model.Observe:
    return model.Observe(
        id=name,
        code="mood",
        text="How?",
        options=_options(draw, 0, ways=False),
        free_text=draw(st.booleans()),
        required=draw(st.booleans()),
        timeout_s=draw(_maybe_seconds),
    )


@st.composite
def parallels(draw: Any, name: str, depth: int) -> model.Parallel:
    branches = draw(st.lists(bodies(depth - 1), min_size=1, max_size=3))
    return model.Parallel(id=name, branches=tuple(branches), join=draw(st.integers(0, len(branches))))


@st.composite
def branches(draw: Any, name: str, depth: int) -> model.Branch:
    whens = draw(st.lists(st.sampled_from(_CONDITIONS), min_size=1, max_size=2))
    cases = tuple(model.Case(when=when, do=draw(bodies(depth - 1))) for when in whens)
    return model.Branch(id=name, cases=cases, otherwise=draw(bodies(depth - 1)))


@st.composite
def choices(draw: Any, name: str, depth: int) -> model.Choose:
    weights = draw(st.lists(st.sampled_from((0.0, 1.0, 2.5)), min_size=2, max_size=2))
    options = tuple(model.Weighted(do=draw(bodies(depth - 1)), weight=weight) for weight in weights)
    return model.Choose(id=name, options=options, save=draw(st.sampled_from(("", "other"))))


def leaves(name: str, depth: int) -> list[Any]:
    return [
        skills(name),
        prompts(name, depth),
        waits(name),
        observes(name),
        st.builds(model.Set, id=st.just(name), values=sets),
        st.just(model.Mark(id=name, label="m {{ n }}")),
    ]


def actions(name: str, depth: int) -> Any:
    kinds = [skills(name), *leaves(name, depth)]
    if depth > 0:
        sequences = st.builds(model.Sequence, id=st.just(name), do=bodies(depth - 1))
        kinds += [sequences, parallels(name, depth), parallels(name, depth), loops(name, depth)]
        kinds += [branches(name, depth), choices(name, depth)]
    return st.one_of(kinds)


@st.composite
def bodies(draw: Any, depth: int) -> tuple[model.Action, ...]:
    if depth < 0:
        return ()
    return tuple(draw(actions(str(index), depth)) for index in range(draw(st.integers(0, 2))))


_palette = model.Intervention(
    id="nod",
    label="Nod",
    skill="nod",
    limit=2,
    arguments={
        "text": model.Argument(utterances=("Hm {{ n }}", "Ah")),
        "speed": model.Argument(minimum=0, maximum=1, default=0.5),
    },
    fixed={"side": "left"},
)


@st.composite
def protocols(draw: Any) -> model.Protocol:
    steps = tuple(
        model.Step(
            id=name,
            title=name,
            do=tuple(draw(actions(f"a{index}", 2)) for index in range(draw(st.integers(1, 3)))),
            next=(
                model.Next(to=draw(st.sampled_from(_TARGETS)), when=draw(st.sampled_from(("n > 2", "flag")))),
                model.Next(to=draw(st.sampled_from(_TARGETS)), when=draw(st.sampled_from(("", "", "flag")))),
            ),
            interventions=(_palette,) if draw(st.booleans()) else (),
        )
        for name in STEPS
    )
    policy = model.Policy(
        on_restart=draw(st.sampled_from(list(model.OnRestart))),
        on_seat_lost=draw(st.sampled_from(list(model.OnSeatLost))),
        seat_required=draw(st.integers(0, 3)) > 0,
        off_script=draw(st.booleans()),
    )
    return model.Protocol(
        name="p",
        version="1",
        title="P",
        steps=steps,
        policy=policy,
        variables={"n": 1, "flag": False, "other": ""},
    )

"""The beginning of a trial, the codec, the replay."""

from __future__ import annotations

import json

import pytest

from hristudio_core.engine import RecordError, Refused, UnknownFact, decode, encode, replay
from hristudio_core.engine import facts as f
from hristudio_core.engine.errors import MalformedFact
from hristudio_core.engine.inputs import Command, Mode
from hristudio_core.journal.codec import is_canonical
from hristudio_core.protocol.digest import digest
from hristudio_core.protocol.model import Condition, Parameter, ParameterType
from tests.unit.engine.rig import TRIAL, Rig, kinds, skill, step

PARAMETERS = {
    "name": Parameter(type=ParameterType.STRING, default="Mia"),
    "age": Parameter(type=ParameterType.INTEGER, required=True, minimum=18, maximum=99),
    "speed": Parameter(type=ParameterType.NUMBER, default=1, choices=(1, 1.5)),
    "shy": Parameter(type=ParameterType.BOOLEAN, default=False),
}


def rig() -> Rig:
    return Rig(
        step("a", skill("x")),
        parameters=PARAMETERS,
        conditions={"slow": Condition(parameters={"speed": 1.5})},
        variables={"greeting": "Hi {{ name }}"},
    )


def test_a_trial_begins_with_everything_that_explains_it() -> None:
    bench = rig()
    started = bench.start(condition="slow", parameters={"age": 20}, mode=Mode.LIVE, seed=3)[0]
    assert started.digest == digest(bench.program.protocol)
    assert (started.trial_id, started.seed, started.mode, started.condition) == (TRIAL, 3, "live", "slow")
    assert started.parameters == {"name": "Mia", "age": 20, "speed": 1.5, "shy": False}
    assert started.variables == {**started.parameters, "greeting": "Hi Mia"}


@pytest.mark.parametrize(
    ("fields", "code", "why"),
    [
        ({"trial_id": "one"}, "illegal", "'one' is no UUID"),
        ({"parameters": {}}, "illegal", "age must be given"),
        ({"parameters": {"age": 17}}, "illegal", "below 18"),
        ({"parameters": {"age": 100}}, "illegal", "above 99"),
        ({"parameters": {"age": 20.5}}, "illegal", "no integer"),
        ({"parameters": {"age": True}}, "illegal", "no integer"),
        ({"parameters": {"age": 20, "speed": 2}}, "illegal", "none of 1, 1.5"),
        ({"parameters": {"age": 20, "shy": 1}}, "illegal", "no boolean"),
        ({"parameters": {"age": 20, "size": 1}}, "unknown", "no parameter 'size'"),
        ({"parameters": {"age": 20}, "condition": "fast"}, "unknown", "no condition 'fast'"),
    ],
)
def test_a_wrong_start_is_refused(fields: dict[str, object], code: str, why: str) -> None:
    with pytest.raises(Refused, match=why) as refusal:
        rig().start(**fields)
    assert refusal.value.code == code


def test_a_trial_begins_once_and_nothing_comes_before() -> None:
    bench = rig()
    with pytest.raises(Refused) as refusal:
        bench.control(Command.PAUSE)
    assert refusal.value.code == "not_running"
    bench.start(parameters={"age": 20})
    with pytest.raises(Refused, match="begun already"):
        bench.start(parameters={"age": 20})


def test_payloads_are_canonical_json_without_the_kind() -> None:
    kind, payload = encode(f.Marked(path="a#1/m", label="ü", data={"b": 1, "a": [1.5, None]}))
    assert kind == "mark"
    assert payload == '{"data":{"a":[1.5,null],"b":1},"label":"ü","path":"a#1/m"}'
    assert is_canonical(payload)


def test_a_field_that_a_newer_version_added_does_not_hinder() -> None:
    assert decode("mark", '{"label":"m","colour":"red"}') == f.Marked(label="m")


def test_unknown_kinds_and_broken_payloads_are_named() -> None:
    with pytest.raises(UnknownFact, match="newer version"):
        decode("mark.of.the.future", "{}")
    for payload in ("{}", "nothing", '{"label":1}'):
        with pytest.raises(MalformedFact, match="'mark'"):
            decode("mark", payload)


def test_every_kind_is_unlike_every_other() -> None:
    tags = [fact.__struct_config__.tag for fact in f.Fact.__subclasses__()]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("kind", ["trial.started", "step.entered", "action.started", "skill.requested"])
def test_a_record_that_lost_a_beginning_is_no_record(kind: str) -> None:
    bench = rig()
    bench.start(parameters={"age": 20})
    bench.end("a#1/x!1")
    kept = [item for item in bench.record if kinds([item[0]]) != [kind]]
    assert len(kept) == len(bench.record) - 1
    with pytest.raises(RecordError):
        replay(bench.program, kept)


def test_nothing_comes_after_the_end() -> None:
    bench = rig()
    bench.start(parameters={"age": 20})
    bench.end("a#1/x!1")
    with pytest.raises(RecordError, match="after the end"):
        replay(bench.program, [*bench.record, bench.record[-2]])


def test_a_record_of_another_protocol_is_no_record() -> None:
    bench = rig()
    bench.start(parameters={"age": 20})
    bench.end("a#1/x!1")
    with pytest.raises(RecordError):
        replay(Rig(step("other", skill("y"))).program, bench.record)


def test_payloads_survive_a_whole_trial() -> None:
    bench = rig()
    bench.start(parameters={"age": 20})
    bench.end("a#1/x!1", result={"words": 3})
    kept = [encode(fact) for fact, _ in bench.record]
    assert [kind for kind, _ in kept] == kinds([fact for fact, _ in bench.record])
    assert all(json.loads(payload) for _, payload in kept)
    assert [decode(*item) for item in kept] == [fact for fact, _ in bench.record]

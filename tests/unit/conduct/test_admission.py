import pytest

from hristudio_core.conduct import FrozenProtocolLost, FrozenProtocols, TrialNotAdmitted, Wish, admit
from hristudio_core.engine.inputs import Mode
from hristudio_core.protocol import digest, load

PROTOCOL = """
hristudio: 1
name: tiny
version: "1"
title: Tiny
parameters:
  speed: {type: number, default: 0.5}
  name: {type: string, default: you}
conditions:
  fast: {parameters: {speed: 1.0}}
  slow: {parameters: {speed: 0.1}}
steps:
  - id: hello
    title: Hello
    do:
      - say: {text: "Hello {{ name }} {{ speed }}"}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "tiny.yaml").write_text(PROTOCOL)
    return tmp_path


def ask(folder, **wish):
    return admit(Wish(**{"protocol": "tiny", "condition": "fast", **wish}), [folder], None)


def test_named_protocol_is_admitted_as_a_pilot_with_a_seed_of_its_own(folder):
    admission = ask(folder)
    assert admission.mode is Mode.PILOT
    assert admission.seed > 0
    assert admission.digest == digest(load(PROTOCOL).protocol)
    assert ask(folder).seed != admission.seed


def test_text_serves_in_place_of_a_name(folder):
    admission = admit(Wish(protocol_yaml=PROTOCOL, condition="slow", seed=7), [folder], None)
    assert (admission.protocol.name, admission.seed) == ("tiny", 7)


@pytest.mark.parametrize(
    ("wish", "code", "words"),
    [
        ({"protocol": ""}, "illegal", "either the name of a protocol or its text"),
        ({"protocol_yaml": PROTOCOL}, "illegal", "either the name of a protocol or its text"),
        ({"protocol": "tony"}, "protocol", "known here: tiny"),
        ({"protocol": "../tiny"}, "protocol", "no path"),
        ({"protocol": "/etc/passwd"}, "protocol", "no path"),
        ({"protocol": "", "protocol_yaml": "hristudio: 1\nname: x"}, "protocol", "has problems"),
        ({"mode": "alive"}, "illegal", "live, pilot, rehearsal"),
        ({"mode": "live", "participant": "P1"}, "digest", "needs the digest"),
        ({"expected_digest": "0" * 64}, "digest", "not the frozen one"),
        ({"trial_id": "seven"}, "illegal", "no UUID"),
        ({"condition": ""}, "condition", "fast, slow"),
        ({"condition": "warm"}, "condition", "it has: fast, slow"),
        ({"parameters": "{"}, "parameters", "JSON object"),
        ({"parameters": "[1]"}, "parameters", "JSON object"),
        ({"parameters": '{"speed": 0.2}'}, "parameters", "fast fixes speed"),
    ],
)
def test_what_speaks_against_a_trial_is_said(folder, wish, code, words):
    with pytest.raises(TrialNotAdmitted, match=words) as refusal:
        ask(folder, **wish)
    assert refusal.value.code == code


def test_live_trial_needs_the_frozen_digest_and_a_participant(folder):
    frozen = digest(load(PROTOCOL).protocol)
    with pytest.raises(TrialNotAdmitted, match="participant code"):
        ask(folder, mode="live", expected_digest=frozen)
    assert ask(folder, mode="live", expected_digest=frozen, participant="P1").mode is Mode.LIVE


def test_frozen_protocol_outlives_its_file_and_shows_when_it_was_altered(tmp_path):
    frozen = FrozenProtocols(tmp_path / "frozen")
    protocol = load(PROTOCOL).protocol
    name = frozen.keep(protocol)
    assert frozen.keep(protocol) == name
    assert frozen.get(name) == protocol
    (file,) = (tmp_path / "frozen").iterdir()
    file.write_bytes(file.read_bytes().replace(b"Hello", b"Hullo"))
    with pytest.raises(FrozenProtocolLost, match="altered"):
        frozen.get(name)


@pytest.mark.parametrize("wanted", ["0" * 64, "", "../../etc/passwd"])
def test_unknown_digest_is_not_found(tmp_path, wanted):
    with pytest.raises(FrozenProtocolLost):
        FrozenProtocols(tmp_path).get(wanted)

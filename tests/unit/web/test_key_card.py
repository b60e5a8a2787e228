"""The card of keys says what the live page will take."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hristudio_core.protocol import Protocol, load, walk
from hristudio_core.protocol.model import Observe, Prompt
from hristudio_web.key_card import key_card
from tests.servers.dashboard import PROTOCOLS

KEYS = Path(__file__).resolve().parents[3] / "src/hristudio_web/static/js/client/keys.js"
TEXT = """
hristudio: 1
name: keys
version: "1"
title: Keys
interventions:
  - {id: nod, label: Nod, hotkey: o, skill: gesture, fixed: {name: nod}}
  - {id: bow, label: Bow, skill: gesture, fixed: {name: bow}}
steps:
  - id: quiet
    title: Quiet
    do:
      - say: {text: "Hello"}
    next: ask
  - id: ask
    title: Asking
    do:
      - prompt:
          text: How are they?
          options:
            - {id: good, label: Good, hotkey: g}
            - {id: bad, label: Bad}
            - {id: gone, label: Gone}
      - prompt: {text: "What did they say?", free_text: true, save: said}
    next: end
variables: {said: ""}
"""


def protocol(text: str | bytes) -> Protocol:
    loaded = load(text.encode() if isinstance(text, str) else text)
    assert loaded.protocol, loaded.problems
    return loaded.protocol


def test_every_key_and_answer_stands_on_the_card() -> None:
    quiet, asking = key_card(protocol(TEXT))
    # The palette of the whole protocol is at hand in every step.
    assert (quiet.title, quiet.questions, [(one.key, one.words) for one in quiet.interventions]) == (
        "Quiet",
        (),
        [("o", "Nod")],
    )
    first, second = asking.questions
    assert [(one.key, one.words) for one in first.keys] == [("g", "Good"), ("1", "Bad"), ("2", "Gone")]
    assert (first.text, second.text, second.typed) == ("How are they?", "What did they say?", True)


@pytest.mark.parametrize("name", ["greeting", "storytelling", "gaze_and_speech", "long_session"])
def test_the_live_page_gives_the_same_keys(name: str) -> None:
    model = protocol((PROTOCOLS / f"{name}.yaml").read_bytes())
    questions = [one for part in key_card(model) for one in part.questions if one.text != "When it is so"]
    prompts: list[dict[str, Any]] = [
        {
            "id": action.text,
            "options": [{"id": one.label, "hotkey": one.hotkey} for one in action.options],
        }
        for step in model.steps
        for action in walk(step.do)
        if isinstance(action, (Prompt, Observe))
    ]
    assert prompts
    script = (
        f"import {{ assignKeys }} from {json.dumps(KEYS.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(prompts)}.map((one) => assignKeys([one], []))))"
    )
    told = subprocess.run(
        ["node", "--input-type=module", "--eval", script], capture_output=True, text=True, check=True
    )
    for question, given in zip(questions, json.loads(told.stdout), strict=True):
        assert {one.words: one.key for one in question.keys} == {one["option"]: one["key"] for one in given}

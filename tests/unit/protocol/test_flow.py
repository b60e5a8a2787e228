"""The flow of a protocol in words."""

from pathlib import Path

import pytest

from hristudio_core.protocol import Protocol, Stage, Way, flow, load
from hristudio_core.protocol.model import END

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "config" / "protocols").glob("*.yaml"))
QUIZ = """\
hristudio: 1
name: quiz
version: "1"
steps:
  - id: ask
    title: Ask
    expected: 90 s
    do:
      - say: {text: Hello, rate: 1.5}
        on_failure: {goto: bye}
      - prompt:
          text: Does it know?
          options:
            - {id: "yes", label: "Yes", hotkey: y, next: bye}
            - id: "no"
              label: "No"
              do:
                - say: {text: Never mind}
      - loop:
          count: 2
          do:
            - wait: 3 s
      - parallel:
          join: any
          branches:
            - - wait: 1 s
            - - say: {text: one}
              - say: {text: two}
    next:
      - {when: 1 > 2, to: ask}
      - to: talk
  - id: talk
    title: Talk
    do:
      - branch:
          - when: 1 < 2
            do:
              - mark: {label: seen}
          - else:
              - mark: {label: unseen}
  - id: bye
    title: Bye
    do:
      - mark: {label: over}
"""


def quiz() -> tuple[Stage, ...]:
    loaded = load(QUIZ)
    assert loaded.protocol is not None, loaded.problems
    return flow(loaded.protocol)


def test_every_way_out_of_a_step_is_told() -> None:
    ask, talk, bye = quiz()
    assert ask.ways == (
        Way("bye", "say fails"), Way("bye", "answer: Yes"), Way("ask", "1 > 2"), Way("talk"),
    )  # fmt: skip
    assert talk.ways == (Way("bye"),)
    assert bye.ways == (Way(END),)


def test_what_a_step_does_is_told_in_words() -> None:
    told = [f"{'  ' * line.depth}{line.text}" for line in quiz()[0].lines]
    assert told == [
        "say: Hello, rate 1.5",
        "ask the wizard: Does it know?",
        "  Yes [y], on to Bye",
        "  No",
        "    say: Never mind",
        "repeat 2 times",
        "  wait 3 s",
        "at the same time, until 1 of 2 have ended",
        "  wait 1 s",
        "  branch 2",
        "    say: one",
        "    say: two",
    ]
    assert [f"{'  ' * line.depth}{line.text}" for line in quiz()[1].lines] == [
        "if 1 < 2", "  mark seen", "else", "  mark unseen",
    ]  # fmt: skip
    assert (quiz()[0].title, quiz()[0].expected_s) == ("Ask", 90)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_can_be_told(path: Path) -> None:
    protocol = load(path).protocol
    assert isinstance(protocol, Protocol)
    stages = flow(protocol)
    known = {stage.id for stage in stages} | {END}
    assert [stage.id for stage in stages] == [step.id for step in protocol.steps]
    assert all(way.to in known for stage in stages for way in stage.ways)
    assert all(line.text.strip() for stage in stages for line in stage.lines)

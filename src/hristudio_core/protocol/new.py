"""A first protocol to start from."""

from __future__ import annotations

import json
import re

_STARTER = """\
# A protocol says what robot and wizard do, step by step.
#   hristudio protocol validate FILE     finds every mistake
#   hristudio trial run FILE --robot sim --wizard auto     tries it out
# Everything that may stand here: docs/protocol-reference.md
hristudio: 1
name: @NAME@
version: "0.1"
title: @TITLE@

# Values that a trial is started with; {{ name }} below is filled in.
parameters:
  name: {type: string, default: friend, description: How the robot addresses the participant}

# What the trial remembers. Everything that changes is declared here.
variables:
  answer: null

steps:
  - id: welcome
    title: Welcome
    # What the wizard reads during this step.
    instructions: Begin when the participant sits in front of the robot.
    do:
      # A question to the wizard. Without an answer in time, the default is taken.
      - prompt:
          text: Is the participant ready, and is the consent form signed?
          options:
            - {id: ready, label: Ready, hotkey: y}
            - {id: stop, label: End the trial, hotkey: n, next: end}
          default: ready
      # A skill of the robot: done when the robot says so.
      - say: {text: "Hello {{ name }}, how are you?"}
        timeout: 20 s
        on_failure: ask

  - id: listen
    title: Listen
    do:
      - prompt:
          text: What did the participant say?
          options:
            - {id: good, label: Good, hotkey: g}
            - {id: bad, label: Bad, hotkey: b}
            - {id: nothing, label: Nothing, hotkey: "0"}
          save: answer
          default: nothing
        timeout: 15 s
    # Where the step leads; without `next` the following step of the file is taken.
    next:
      - {when: answer == 'bad', to: comfort}
      - {to: goodbye}

  - id: comfort
    title: Comfort
    do:
      - say: {text: I am sorry to hear that.}

  - id: goodbye
    title: Goodbye
    do:
      - say: {text: "Thank you, {{ name }}. Goodbye!"}
"""


def starter(name: str, title: str = "") -> str:
    """Return the text of a small, commented protocol that is valid as it stands.

    Args:
        name: wished name; what a name cannot hold is replaced.
        title: title for people, made of the name when empty.
    """
    plain = re.sub(r"[^a-z0-9_-]+", "_", name.lower()).strip("_-")
    plain = plain[:64] if re.match(r"[a-z]", plain) else f"study_{plain}".rstrip("_")[:64]
    shown = title.strip() or plain.replace("_", " ").capitalize()
    return _STARTER.replace("@NAME@", plain).replace("@TITLE@", json.dumps(shown, ensure_ascii=False))

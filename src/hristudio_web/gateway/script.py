"""What the pretended robot host plays."""

import json
from typing import Any

from msgspec import Struct


def _option(key: str, label: str, hint: str = "", hotkey: str = "") -> dict[str, str]:
    return {"id": key, "label": label, "hotkey": hotkey, "hint": hint}


class Step(Struct, frozen=True):
    """One step: a skill, when there is one, then a question to the wizard."""

    id: str
    title: str
    instructions: str
    expected_s: float
    prompt: dict[str, Any]
    skill: str = ""
    arguments: dict[str, Any] = {}


STEPS = (
    Step(
        "arrive",
        "The participant arrives",
        "Watch the door camera. Start the greeting once the participant has sat down and looks at the robot.",
        20.0,
        {
            "text": "Is the participant seated and looking at the robot?",
            "options": [
                _option("yes", "Yes, begin", "goes on to Greeting", "y"),
                _option("wait", "Not yet", "asks again", "n"),
            ],
            "free_text": False,
            "amber_s": 8.0,
            "red_s": 15.0,
        },
    ),
    Step(
        "greet",
        "Greeting",
        "The robot waves and says hello. Note how the participant reacts.",
        12.0,
        {
            "text": "How did the participant answer the greeting?",
            "options": [
                _option("warm", "Greets back", "goes on to Small talk", "1"),
                _option("shy", "Smiles, says nothing", "the robot encourages", "2"),
                _option("none", "No reaction", "the robot repeats itself", "3"),
            ],
            "free_text": True,
            "amber_s": 2.0,
            "red_s": 5.0,
        },
        "say",
        {"text": "Hello! My name is Pepper. What is yours?"},
    ),
    Step(
        "talk",
        "Small talk",
        "Let the participant finish before you choose.",
        45.0,
        {
            "text": "What does the participant talk about?",
            "options": [
                _option("work", "Work or study", "", "w"),
                _option("leisure", "Leisure", "", "l"),
                _option("robot", "The robot itself", "", "r"),
                _option("else", "Something else", "", "e"),
            ],
            "free_text": True,
            "amber_s": 2.0,
            "red_s": 5.0,
        },
        "gesture",
        {"name": "nod"},
    ),
    Step(
        "bye",
        "Goodbye",
        "The robot thanks the participant and waves.",
        10.0,
        {
            "text": "Has the participant left?",
            "options": [_option("yes", "Yes, finish", "ends the trial", "y")],
            "free_text": False,
            "amber_s": 0.0,
            "red_s": 0.0,
        },
        "say",
        {"text": "Thank you for coming. Goodbye!"},
    ),
)


def _intervention(
    key: str, label: str, hotkey: str, skill: str, arguments: dict[str, Any], *, left: int = -1
) -> dict[str, Any]:
    return {
        "id": key,
        "label": label,
        "hotkey": hotkey,
        "skill": skill,
        "arguments": json.dumps(arguments),
        "remaining": left,
    }


INTERVENTIONS = [
    _intervention(
        "say",
        "Say something",
        "s",
        "say",
        {
            "text": {
                "utterances": ["Could you repeat that?", "That is interesting!", "Take your time."],
                "free": True,
            }
        },
    ),
    _intervention("nod", "Nod", "o", "gesture", {}),
    _intervention(
        "look",
        "Look at the participant",
        "k",
        "look",
        {
            "yaw": {"min": -60, "max": 60, "default": 0},
            "speed": {"options": ["slow", "quick"], "default": "slow"},
        },
        left=2,
    ),
]

SKILLS = [
    {
        "name": name,
        "title": title,
        "schema": json.dumps({"type": "object", "properties": properties}),
        "on_pause": "finish",
        "background_ok": True,
        "timeout_s": 30.0,
        "resources": [],
        "unavailable": "",
    }
    for name, title, properties in (
        ("say", "Say", {"text": {"type": "string"}}),
        ("gesture", "Gesture", {"name": {"type": "string"}}),
        ("look", "Look", {"yaw": {"type": "number"}}),
        ("lights", "Lights", {"colour": {"type": "string"}}),
    )
]

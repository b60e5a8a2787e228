"""Messages of the pretended robot host, field by field as in msg/, srv/ and action/."""

import json
import struct
import time
import uuid
import zlib
from collections.abc import Mapping
from typing import Any

from hristudio_web.gateway.port import Message
from hristudio_web.gateway.script import INTERVENTIONS, STEPS, Step


def idle_state() -> dict[str, Any]:
    """Give trial/state before any trial."""
    return {
        "trial_id": "",
        "protocol": "",
        "version": "",
        "digest": "",
        "participant": "",
        "condition": "",
        "mode": "",
        "phase": "idle",
        "reason": "",
        "outcome": "",
        "step": "",
        "step_title": "",
        "instructions": "",
        "expected_s": 0.0,
        "step_started_ns": 0,
        "started_ns": 0,
        "doing": "",
        "steps_done": 0,
        "steps_total": 0,
        "last_seq": 0,
        "next_steps": [],
        "prompts": [],
        "running": [],
        "interventions": [],
        "seats": [],
        "legal": [],
        "variables": "{}",
        "journal_unshipped": 0,
        "logger_lag_s": 0.0,
    }


def robot_status() -> dict[str, Any]:
    """Give robot/status at rest."""
    return {
        "robot": "Pretended robot",
        "profile": "sim",
        "connected": True,
        "stopped": False,
        "stopped_by": "",
        "stop_reason": "",
        "released_by": "",
        "release_reason": "",
        "since_ns": 0,
        "battery": 0.76,
        "running": [],
    }


def next_steps(number: int) -> list[dict[str, str]]:
    """Give the steps after a step."""
    return [{"id": step.id, "title": step.title, "when": ""} for step in STEPS[number + 1 : number + 3]] or [
        {"id": "end", "title": "End of the trial", "when": ""}
    ]


def camera_picture(beat: int) -> dict[str, Any]:
    """Give a grey picture with a bar that walks, as a PNG (RFC 2083)."""
    bar = beat * 8 % 160
    row = b"\x00" + bytes(200 if bar <= x < bar + 8 else 60 for x in range(160))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 160, 120, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(row * 120)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
    return {"header": {"stamp": stamp(), "frame_id": "camera"}, "format": "png", "data": data}


def stamp() -> dict[str, int]:
    """Give now, as a ROS time."""
    now = time.time_ns()
    return {"sec": now // 10**9, "nanosec": now % 10**9}


def no_stamps() -> dict[str, int]:
    """Give client stamps of somebody without a clock."""
    return {"shown_ns": 0, "acted_ns": 0, "offset_ns": 0, "offset_error_ns": 0}


def accepted(seq: int) -> dict[str, Any]:
    """Give a command's answer when it was taken."""
    return {"accepted": True, "code": "", "message": "", "seq": seq, "event_id": str(uuid.uuid4())}


def refused(code: str, message: str) -> dict[str, Any]:
    """Give a command's answer when it was not."""
    return {"accepted": False, "code": code, "message": message, "seq": 0, "event_id": ""}


def result(goal: Message, outcome: str, reason: str, events: int = 0) -> Message:
    """Give how a trial ended, as RunTrial tells it."""
    return {
        "trial_id": goal["trial_id"],
        "outcome": outcome,
        "reason": reason,
        "digest": "",
        "events": events,
        "seed": goal["seed"],
        "head_hash": "",
        "duration_s": 0.0,
    }


def begun_state(goal: Message) -> dict[str, Any]:
    """Give trial/state of a trial that has just begun."""
    return {
        **idle_state(),
        "trial_id": goal["trial_id"],
        "protocol": goal.get("protocol") or "greeting",
        "version": "1.0.0",
        "digest": goal.get("expected_digest") or "5f" * 32,
        "participant": goal["participant"],
        "condition": goal["condition"],
        "mode": goal["mode"] or "pilot",
        "phase": "running",
        "started_ns": time.time_ns(),
        "steps_total": len(STEPS),
        "interventions": json.loads(json.dumps(INTERVENTIONS)),
    }


def new_event(
    state: Mapping[str, Any],
    *,
    seq: int,
    kind: str,
    actor: str,
    payload: Mapping[str, Any],
    stamps: Mapping[str, Any],
) -> dict[str, Any]:
    """Give an event of now."""
    return {
        "id": str(uuid.uuid4()),
        "trial_id": state["trial_id"],
        "seq": seq,
        "kind": kind,
        "actor": actor,
        "source": "script" if actor == "engine" else "wizard",
        "step": state["step"],
        "path": "",
        "caused_by": "",
        "wall_ns": time.time_ns(),
        "monotonic_ns": time.monotonic_ns(),
        "ros_ns": time.time_ns(),
        "client": stamps,
        "host": "memory",
        "payload": json.dumps(payload),
        "hash": "",
    }


def new_prompt(activation: str, step: Step) -> dict[str, Any]:
    """Give a step's question, opened now."""
    return {
        "id": activation,
        "kind": "choice",
        "role": "wizard",
        "opened_ns": time.time_ns(),
        "deadline_ns": 0,
        "default_option": "",
        **json.loads(json.dumps(step.prompt)),
    }


def new_skill(goal: str, skill: str, arguments: Mapping[str, Any], source: str) -> dict[str, Any]:
    """Give a skill that begins now."""
    return {
        "goal_id": goal,
        "skill": skill,
        "arguments": json.dumps(dict(arguments)),
        "source": source,
        "path": "",
        "phase": "running",
        "progress": 0.0,
        "detail": "",
        "started_ns": time.time_ns(),
        "background": False,
    }

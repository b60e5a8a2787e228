"""A pretended robot host: a greeting of four steps, with all that a wizard can do to it.

It keeps no journal and drives no robot. It answers the topics, services and the action of
the real one in form, so that pages can be worked on and tested without ROS.
"""

import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from hristudio_web.gateway._shapes import (
    accepted,
    begun_state,
    camera_picture,
    idle_state,
    new_event,
    new_prompt,
    new_skill,
    next_steps,
    no_stamps,
    refused,
    result,
    robot_status,
    stamp,
)
from hristudio_web.gateway.memory import MemoryGraph
from hristudio_web.gateway.port import Listener, Message
from hristudio_web.gateway.script import INTERVENTIONS, SKILLS, STEPS, Step

BEAT_S = 0.2
CAMERA = "camera/image/compressed"
BATTERY = "battery"
SEAT_S = 10.0
STANDING = frozenset({"paused", "stopped"})


class LittleTrial:
    """One robot host on a graph in memory; ``name`` gives full names, a skill takes ``skill_s``."""

    def __init__(
        self, graph: MemoryGraph, name: Callable[[str], str] = "/{}".format, *, skill_s: float = 3.0
    ) -> None:
        self._graph = graph
        self._name = name
        self._lock = threading.RLock()
        self._skill_s = skill_s
        self._closing = threading.Event()
        self._silent: set[str] = set()
        self._ended = threading.Event()
        self._ended.set()
        self.events: list[dict[str, Any]] = []
        self.state: dict[str, Any] = idle_state()
        self.robot: dict[str, Any] = robot_status()
        self._seat = ""
        self._step = -1
        self._prompts = 0
        self._beats = 0
        self._beat = threading.Thread(target=self._run, name="little-trial", daemon=True)

    def start(self) -> None:
        """Appear on the graph."""
        serve = {
            "trial/decide": self._decide,
            "trial/control": self._control,
            "trial/intervene": self._intervene,
            "trial/seat": self._claim,
            "trial/annotate": self._annotate,
            "trial/get_events": self._get_events,
            "trial/get_steps": self._get_steps,
            "skills/list": lambda _: {"robot": "sim", "profile": "sim", "digest": "", "skills": SKILLS},
            "robot/stop": lambda asked: self._latch(asked, stopped=True),
            "robot/release_stop": lambda asked: self._latch(asked, stopped=False),
        }
        for service, handler in serve.items():
            self._graph.services[self._name(service)] = self._locked(handler)
        self._graph.services["/rosapi/topics_for_type"] = lambda _: {"topics": [self._name(CAMERA)]}
        self._graph.services["/rosapi/topics"] = lambda _: {
            "topics": [self._name(CAMERA), self._name(BATTERY)],
            "types": ["sensor_msgs/msg/CompressedImage", "sensor_msgs/msg/BatteryState"],
        }
        self._graph.actions[self._name("run_trial")] = self._run_trial
        self._publish()
        self._beat.start()

    def stop(self) -> None:
        """Disappear."""
        self._closing.set()
        self._ended.set()
        self._beat.join()

    def fall_silent(self, *parts: str) -> None:
        """Publish nothing of these parts any more: "trial", "robot", "camera". None: all speak."""
        self._silent = set(parts)

    def say(self, kind: str, actor: str = "engine", **payload: Any) -> int:
        """Append an event; give its sequence number."""
        with self._lock:
            seq = len(self.events) + 1
            stamps = payload.pop("client", no_stamps())
            event = new_event(self.state, seq=seq, kind=kind, actor=actor, payload=payload, stamps=stamps)
            self.events.append(event)
            self.state["last_seq"] = seq
            if "trial" not in self._silent:
                self._graph.publish(self._name("trial/events"), event)
            return seq

    def _locked(self, handler: Callable[[Message], Message]) -> Callable[[Message], Message]:
        def handle(asked: Message) -> Message:
            with self._lock:
                answer = handler(asked)
                self._publish()
                return answer

        return handle

    def _run(self) -> None:
        while not self._closing.wait(BEAT_S):
            with self._lock:
                self._advance()
                self._publish()
                battery = {"percentage": self.robot["battery"], "present": True, "temperature": float("nan")}
                self._graph.publish(self._name(BATTERY), {"header": {"stamp": stamp()}, **battery})
                if "camera" not in self._silent:
                    self._beats += 1
                    self._graph.publish(self._name(CAMERA), camera_picture(self._beats))

    def _publish(self) -> None:
        self.state["legal"] = self._legal()
        self.state["doing"] = self._doing()
        self.robot["running"] = self.state["running"]
        for part, topic, message in (
            ("trial", "trial/state", self.state),
            ("robot", "robot/status", self.robot),
        ):
            if part not in self._silent:
                self._graph.publish(self._name(topic), {"stamp": stamp(), **json.loads(json.dumps(message))})

    def _run_trial(self, goal: Message, feedback: Listener) -> Message:
        with self._lock:
            if not self._ended.is_set():
                return result(goal, "failed", "another trial runs on this robot")
            self._ended.clear()
            self.events = []
            self.state = begun_state(goal)
            self._step = -1
            self.say(
                "trial.started",
                goal["actor"],
                protocol=self.state["protocol"],
                participant=goal["participant"],
            )
            self._enter(0)
            self._publish()
        feedback({"step": self.state["step"], "progress": 0.0})
        self._ended.wait()
        return result(goal, self.state["outcome"], self.state["reason"], len(self.events))

    def _enter(self, number: int) -> None:
        if self._step >= 0:
            self.say("step.left", step=self.state["step"], how="done")
            self.state["steps_done"] += 1
        if number >= len(STEPS):
            self._end("completed", "")
            return
        self._step = number
        step = STEPS[number]
        self.state.update(
            step=step.id,
            step_title=step.title,
            instructions=step.instructions,
            expected_s=step.expected_s,
            step_started_ns=time.time_ns(),
            next_steps=next_steps(number),
            running=[],
            prompts=[],
        )
        self.say("step.entered", step=step.id, visit=1)
        if step.skill:
            self._skill(step.skill, step.arguments, "script")
        else:
            self._open(step)

    def _open(self, step: Step) -> None:
        self._prompts += 1
        prompt = new_prompt(f"{step.id}#{self._prompts}", step)
        self.state["prompts"] = [prompt]
        self.say("prompt.opened", prompt_kind="choice", text=prompt["text"])

    def _skill(self, skill: str, arguments: Mapping[str, Any], source: str) -> str:
        goal = str(uuid.uuid4())
        self.state["running"].append(new_skill(goal, skill, arguments, source))
        self.say("skill.requested", skill=skill, arguments=dict(arguments), source=source, goal=goal)
        return goal

    def _advance(self) -> None:
        if self.state["phase"] != "running":
            return
        for running in tuple(self.state["running"]):
            running["progress"] = round(min(1.0, running["progress"] + BEAT_S / self._skill_s), 2)
            if running["progress"] >= 1.0:
                self.state["running"].remove(running)
                self.say(
                    "skill.ended",
                    "robot",
                    goal=running["goal_id"],
                    skill=running["skill"],
                    outcome="succeeded",
                )
                if running["source"] == "script":
                    self._open(STEPS[self._step])

    def _end(self, outcome: str, reason: str) -> None:
        self.state.update(
            phase="ended", outcome=outcome, reason=reason, running=[], prompts=[], next_steps=[]
        )
        self.say("trial.ended", outcome=outcome, reason=reason)
        self._ended.set()

    def _decide(self, asked: Message) -> Message:
        no = self._refused(asked)
        if no:
            return no
        prompt = next((one for one in self.state["prompts"] if one["id"] == asked["prompt_id"]), None)
        if prompt is None or self.state["phase"] in STANDING:
            return refused("stale", "this question is no longer open")
        seq = self.say(
            "prompt.answered",
            asked["actor"],
            option=asked["option"],
            text=asked["text"],
            how="person",
            reply_s=round((time.time_ns() - prompt["opened_ns"]) / 1e9, 3),
            client=asked["client"],
        )
        self._enter(self._step + 1)
        return accepted(seq)

    def _control(self, asked: Message) -> Message:
        no = self._refused(asked)
        if no:
            return no
        command = asked["command"]
        if command not in self._legal():
            return refused("illegal", f"{command} is not possible now")
        seq = self.say(
            "control", asked["actor"], command=command, target=asked["target"], reason=asked["reason"]
        )
        if command == "pause":
            self.state.update(phase="paused", reason=asked["reason"] or "paused by the wizard")
        elif command == "resume":
            self.state.update(phase="running", reason="")
        elif command == "abort":
            self._end("aborted", asked["reason"])
        elif command == "complete":
            self._end("completed", asked["reason"])
        elif command == "retry":
            self._enter(self._step)
        else:
            self.say(
                "deviation",
                asked["actor"],
                deviation="skipped" if command == "skip" else "jumped",
                detail=asked["reason"],
            )
            ids = [step.id for step in STEPS]
            self._enter(ids.index(asked["target"]) if asked["target"] in ids else self._step + 1)
        return accepted(seq)

    def _intervene(self, asked: Message) -> Message:
        no = self._refused(asked)
        if no:
            return no
        known = {one["id"]: one for one in INTERVENTIONS}
        chosen = known.get(asked["intervention"])
        skill = chosen["skill"] if chosen else asked["skill"]
        arguments = json.loads(asked["arguments"] or "{}")
        seq = self.say(
            "intervention",
            asked["actor"],
            intervention=asked["intervention"],
            skill=skill,
            arguments=arguments,
        )
        return {**accepted(seq), "goal_id": self._skill(skill, arguments, "wizard")}

    def _annotate(self, asked: Message) -> Message:
        if not self.state["trial_id"]:
            return refused("no_trial", "no trial runs")
        note = {name: asked[name] for name in ("text", "tags", "client")}
        return accepted(self.say("annotation", asked["actor"], **note))

    def _claim(self, asked: Message) -> Message:
        seats, now_ns = self.state["seats"], time.time_ns()
        held = seats[0] if seats and seats[0]["expires_ns"] > now_ns else None
        operation, token = asked["operation"], asked["seat_token"]
        holder = held["holder"] if held else ""
        if operation == "release":
            self.state["seats"] = []
            return {**refused("", ""), "accepted": True, "seat_token": "", "expires_ns": 0, "holder": ""}
        if operation == "renew" and (held is None or token != self._seat):
            return {
                **refused("no_seat", "the seat is not yours any more"),
                "seat_token": "",
                "expires_ns": 0,
                "holder": holder,
            }
        if operation == "claim" and held is not None and token != self._seat:
            return {
                **refused("held", f"{held['label']} holds the seat"),
                "seat_token": "",
                "expires_ns": 0,
                "holder": holder,
            }
        if operation != "renew":
            self._seat = uuid.uuid4().hex
            self.say("seat.taken", asked["actor"], holder=asked["actor"], label=asked["label"], how=operation)
        expires_ns = now_ns + int(SEAT_S * 1e9)
        self.state["seats"] = [
            {"role": "wizard", "holder": asked["actor"], "label": asked["label"], "expires_ns": expires_ns}
        ]
        return {**accepted(0), "seat_token": self._seat, "expires_ns": expires_ns, "holder": asked["actor"]}

    def _get_steps(self, asked: Message) -> Message:  # noqa: ARG002 - a service
        trial = self.state["trial_id"]
        if not trial:
            return {"found": False, "trial_id": "", "steps": []}
        current = self.state["step"]
        return {
            "found": True,
            "trial_id": trial,
            "steps": [
                {
                    "id": step.id,
                    "title": step.title,
                    "expected_s": step.expected_s,
                    "visits": int(step.id == current),
                    "current": step.id == current,
                }
                for step in STEPS
            ],
        }

    def _get_events(self, asked: Message) -> Message:
        wanted = [event for event in self.events if event["seq"] >= asked["from_seq"]]
        found = asked["trial_id"] in {"", self.state["trial_id"]}
        return {
            "found": found,
            "trial_id": self.state["trial_id"],
            "last_seq": len(self.events),
            "events": wanted[: asked["limit"] or 1000] if found else [],
        }

    def _latch(self, asked: Message, *, stopped: bool) -> Message:
        self.robot.update(
            stopped=stopped,
            stopped_by=asked["actor"] if stopped else "",
            stop_reason=asked["reason"] if stopped else "",
            released_by="" if stopped else asked["actor"],
            release_reason="" if stopped else asked["reason"],
            since_ns=time.time_ns(),
        )
        self.say("robot.stopped" if stopped else "robot.released", asked["actor"], reason=asked["reason"])
        if stopped:
            self.state["running"] = []
            if self.state["phase"] == "running":
                self.state.update(phase="stopped", reason="the robot was stopped")
        elif self.state["phase"] == "stopped":
            self.state.update(phase="paused", reason="the stop was released: resume when ready")
        return {"accepted": True, "message": "", "stopped": stopped, "stopped_ns": time.time_ns()}

    def _refused(self, asked: Message) -> Message | None:
        if asked["trial_id"] != self.state["trial_id"]:
            return refused("wrong_trial", "another trial runs now")
        seats = self.state["seats"]
        if not seats or asked["seat_token"] != self._seat or seats[0]["expires_ns"] < time.time_ns():
            return refused("no_seat", "you do not hold the wizard's seat")
        return None

    def _legal(self) -> list[str]:
        phase = self.state["phase"]
        if phase in {"idle", "ended"}:
            return []
        first = {"running": "pause", "paused": "resume"}.get(phase)
        return [*([first] if first else []), "skip", "retry", "jump", "abort", "complete"]

    def _doing(self) -> str:
        if self.state["prompts"]:
            return "waits for the wizard"
        return ", ".join(running["skill"] for running in self.state["running"])

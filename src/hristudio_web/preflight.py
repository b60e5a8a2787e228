"""Before a trial: what is checked by itself, what a person has to tick, and keeping both with the trial."""

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import TimeoutError as FutureTimeoutError

import structlog
from msgspec import Struct

from hristudio_core.protocol import skills_of
from hristudio_core.store import Participant
from hristudio_web.enrolment import consent_of
from hristudio_web.errors import WebError
from hristudio_web.health import Finding, Status
from hristudio_web.live import Relay
from hristudio_web.offered import Offered
from hristudio_web.parts import parts
from hristudio_web.robot import Robot

TICKS = {
    "consent": "The participant has agreed to take part, in writing",
    "space": "Nobody and nothing is in the robot's way",
    "stop": "I can reach the robot's emergency stop",
}
"""What only a person can see."""
TICKED_MODES = frozenset({"pilot", "live"})
TAG = "preflight"
ASK_S = 2.0
LOOK_S = 0.05
LOW_BATTERY = 0.2
SURROUNDINGS = {
    "database": ("Database", "Events wait on the robot host until it is back; past trials cannot be shown."),
    "event_lag": ("Event log", "Nothing is lost."),
    "storage": ("Store of recordings", "Recordings of this trial could not be kept."),
    "disk": ("Disk of the dashboard", "Make room soon."),
}
"""What a trial goes on without, and what that means."""
log = structlog.get_logger(__name__)


class Item(Struct, frozen=True):
    """One thing that was looked at. An error keeps a trial from starting."""

    title: str
    status: Status
    words: str

    @property
    def hinders(self) -> bool:
        """Whether it keeps a trial from starting."""
        return self.status is Status.ERROR


def look(robot: Robot, relay: Relay, offered: Offered, found: Participant | None, mode: str) -> list[Item]:
    """Look at everything that a trial stands on; ``found``: who takes part, where the study's list says."""
    consent = [Item("Consent", *consent_of(found, mode))] if found else []
    return [*_robot(robot, relay, offered), *_protocol(offered), *consent, *_surroundings()]


def wait_until_heard(relay: Relay, seconds: float = ASK_S) -> None:
    """Wait a little for a robot host that is silent just now: a moment's silence hinders no trial."""
    until_s = time.monotonic() + seconds
    while not (relay.heard and relay.status) and time.monotonic() < until_s:
        time.sleep(LOOK_S)


def ticks_for(found: Participant | None) -> dict[str, str]:
    """Give what has to be ticked: the consent of who is on the study's list is looked up."""
    return {name: words for name, words in TICKS.items() if found is None or name != "consent"}


def missing_ticks(given: Mapping[str, str], found: Participant | None) -> list[str]:
    """Give what has to be ticked yet; a rehearsal needs nothing."""
    if given.get("mode") not in TICKED_MODES:
        return []
    return [words for name, words in ticks_for(found).items() if given.get(f"tick-{name}") != "on"]


def keep(robot: Robot, trial_id: str, actor: str, items: list[Item], given: Mapping[str, str]) -> None:
    """Have what was found and ticked noted in the trial's record. What does not work is told in the log."""
    ticked = [words for name, words in TICKS.items() if given.get(f"tick-{name}") == "on"]
    lines = [f"{one.title}: {one.status.value}{f' ({one.words})' if one.words else ''}" for one in items]
    lines += [f"Ticked: {words}" for words in ticked]
    note = {
        "trial_id": trial_id,
        "text": "Preflight. " + "; ".join(lines),
        "tags": [TAG],
        "from_ns": 0,
        "to_ns": 0,
        "actor": actor,
        "client": {},
    }
    try:
        answer = robot.call("trial/annotate", note)
    except WebError as error:
        log.warning("the preflight is not in the record", trial=trial_id, error=str(error))
        return
    if not answer.get("accepted"):
        log.warning("the preflight is not in the record", trial=trial_id, error=answer.get("message"))


def _robot(robot: Robot, relay: Relay, offered: Offered) -> Iterator[Item]:
    if not relay.heard:
        words = "its trial manager is silent" if robot.gateway.link.up else "the bridge does not answer"
        yield Item("Robot host", Status.ERROR, f"{words}; look again once it runs")
        return
    yield Item("Robot host", Status.OK, "")
    running = relay.state.get("phase", "idle") not in {"idle", "ended"}
    yield Item("No other trial", Status.ERROR if running else Status.OK, "a trial runs" if running else "")
    yield from _body(relay)
    yield _skills(robot, offered)
    known = robot.clock_offset()["host_error_ms"] >= 0
    yield Item(
        "Clock", Status.OK if known else Status.WARNING, "" if known else "how it stands to ours is not known"
    )


def _body(relay: Relay) -> Iterator[Item]:
    status = relay.status
    if not status:
        yield Item("Robot", Status.ERROR, "its skill server is silent, and with it the stop")
    elif not status["connected"]:
        yield Item("Robot", Status.ERROR, "it does not answer")
    elif status["stopped"]:
        yield Item("Robot", Status.ERROR, "it is stopped: release it on its page first")
    else:
        yield Item("Robot", Status.OK, "")
        level = float(status["battery"])
        if level >= 0:
            low = level < LOW_BATTERY
            yield Item("Battery", Status.WARNING if low else Status.OK, f"{level:.0%}")


def _skills(robot: Robot, offered: Offered) -> Item:
    title = "Skills of this protocol"
    try:
        listed = robot.ask("skills/list", {}).result(ASK_S)["skills"]
    except (WebError, FutureTimeoutError):
        return Item(title, Status.ERROR, "the skill server does not say which there are")
    there = {one["name"]: str(one["unavailable"]) for one in listed}
    lacking = [
        f"{name} ({there[name]})" if name in there else name
        for name in sorted(skills_of(offered.protocol))
        if there.get(name, "not there")
    ]
    return Item(
        title, Status.ERROR if lacking else Status.OK, f"not there: {', '.join(lacking)}" if lacking else ""
    )


def _protocol(offered: Offered) -> Iterator[Item]:
    hints = len(offered.hints)
    words = f"digest {offered.digest[:12]}" + (f", {hints} hints beside" if hints else "")
    yield Item("Protocol", Status.WARNING if hints else Status.OK, words)


def _surroundings() -> Iterator[Item]:
    found: Mapping[str, Finding] = parts().health.findings()
    for name, (title, meaning) in SURROUNDINGS.items():
        finding = found.get(name)
        if finding is None:
            continue
        fine = finding.status is Status.OK
        # A trial needs none of them: what happens is kept on the robot host first.
        yield Item(
            title, Status.OK if fine else Status.WARNING, "" if fine else f"{finding.detail}. {meaning}"
        )

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from hristudio_core.ops.settings import RobotSettings
from hristudio_web.access import Permission
from hristudio_web.gateway import MemoryGateway
from hristudio_web.gateway.memory import MemoryGraph
from hristudio_web.live import Belonging
from hristudio_web.live.relay import Relay
from hristudio_web.robot import Robot
from tests.servers.waiting import until

BLANK = {"stamp": {"sec": 0}, "phase": "running"}


def everything(study: str | None, runs: bool) -> dict[str, bool]:
    """What somebody may do who may do everything."""
    return {one.value: True for one in Permission}


def nothing_switched(study: str | None) -> dict[str, bool]:
    """Every feature is on."""
    return {"camera": True}


class Browsers:
    """Takes frames as browsers do; `stuck` ones never say that they have them."""

    def __init__(self) -> None:
        self.frames: dict[str, list[dict[str, Any]]] = {}
        self.stuck: set[str] = set()

    def send(self, sid: str, frame: dict[str, Any], taken: Callable[[], None]) -> None:
        self.frames.setdefault(sid, []).append(frame)
        if sid not in self.stuck:
            taken()

    def seqs(self, sid: str) -> list[int]:
        found: list[int] = []
        for frame in self.frames.get(sid, []):
            if "events" in frame:
                if frame["events"]["reset"]:
                    found = []
                found += [orjson.loads(text)["seq"] for text in frame["events"]["list"]]
        return found

    def all(self, sid: str, part: str) -> list[Any]:
        return [frame[part] for frame in self.frames.get(sid, []) if part in frame]

    def newest(self, sid: str, part: str) -> Any:
        return next(reversed(self.all(sid, part)), None)


class World:
    def __init__(self) -> None:
        self.graph = MemoryGraph()
        self.gateway = MemoryGateway(self.graph)
        self.browsers = Browsers()
        robot = Robot(RobotSettings(), self.gateway, self.gateway)
        self.belonging = Belonging(lambda _: None)
        self.relay = Relay(robot, self.browsers.send, self.belonging)
        self.asked: list[dict[str, Any]] = []
        self.journal: list[dict[str, Any]] = []
        self.graph.services["/trial/get_events"] = self._get_events

    def start(self) -> None:
        self.belonging.start()
        self.relay.start()
        self.gateway.start()

    def state(self, last_seq: int, trial_id: str = "t") -> None:
        self.graph.publish("/trial/state", {**BLANK, "trial_id": trial_id, "last_seq": last_seq})

    def event(self, seq: int, trial_id: str = "t", *, heard: bool = True) -> None:
        entry = {"trial_id": trial_id, "seq": seq}
        self.journal.append(entry)
        if heard:
            self.graph.publish("/trial/events", entry)

    def _get_events(self, asked: Any) -> dict[str, Any]:
        self.asked.append(dict(asked))
        wanted = [
            entry
            for entry in self.journal
            if entry["trial_id"] == asked["trial_id"] and entry["seq"] >= asked["from_seq"]
        ]
        return {"found": True, "events": wanted[: asked["limit"]], "last_seq": len(self.journal)}


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    made.start()
    yield made
    made.relay.stop()
    made.belonging.stop()
    made.gateway.close()


def test_many_browsers_share_one_subscription_a_topic(world: World) -> None:
    for n in range(20):
        world.relay.join(f"s{n}", "", 0, everything, nothing_switched)
    world.state(0)
    until(lambda: all(world.browsers.newest(f"s{n}", "state") for n in range(20)), "the state everywhere")
    assert sorted(world.graph.upstream) == ["/robot/status", "/trial/events", "/trial/state"]


def test_everybody_gets_every_event_once(world: World) -> None:
    world.relay.join("early", "", 0, everything, nothing_switched)
    for seq in range(1, 11):
        world.event(seq)
    until(lambda: world.browsers.seqs("early") == list(range(1, 11)), "ten events")
    world.relay.join("late", "t", 4, everything, nothing_switched)
    until(lambda: world.browsers.seqs("late") == list(range(5, 11)), "the events since")


def test_a_hole_is_filled_from_the_journal(world: World) -> None:
    world.relay.join("s", "", 0, everything, nothing_switched)
    world.event(1)
    world.event(2, heard=False)
    world.event(3, heard=False)
    world.event(4)
    until(lambda: world.browsers.seqs("s") == [1, 2, 3, 4], "the events without a hole")
    assert world.asked == [{"trial_id": "t", "from_seq": 2, "limit": 2}]


def test_events_that_only_the_state_counts_are_fetched(world: World) -> None:
    for seq in range(1, 6):
        world.event(seq, heard=False)
    world.relay.join("s", "", 0, everything, nothing_switched)
    world.state(5)
    until(lambda: world.browsers.seqs("s") == [1, 2, 3, 4, 5], "events from before")


def test_a_new_process_goes_on_where_the_browser_was(world: World) -> None:
    for seq in range(1, 51):
        world.event(seq, heard=False)
    world.relay.join("s", "t", 47, everything, nothing_switched)
    world.state(50)
    until(lambda: world.browsers.seqs("s") == [48, 49, 50], "what the browser does not have, and no more")
    assert not any(frame["events"]["reset"] for frame in world.browsers.frames["s"] if "events" in frame)


def test_a_journal_that_cannot_answer_does_not_hold_up_what_is_new(world: World) -> None:
    world.graph.services["/trial/get_events"] = lambda _: {"found": False, "events": [], "last_seq": 0}
    world.relay.join("s", "", 0, everything, nothing_switched)
    world.event(1)
    world.event(3)
    until(lambda: world.browsers.seqs("s")[-1:] == [3], "the newest event")


def test_a_slow_browser_slows_nobody(world: World) -> None:
    world.browsers.stuck.add("slow")
    world.relay.join("slow", "", 0, everything, nothing_switched)
    world.relay.join("quick", "", 0, everything, nothing_switched)
    for seq in range(1, 101):
        world.event(seq)
    until(lambda: world.browsers.seqs("quick") == list(range(1, 101)), "all events")
    assert len(world.browsers.frames["slow"]) == 1


def test_a_new_trial_takes_the_place_of_the_old_one(world: World) -> None:
    world.relay.join("s", "", 0, everything, nothing_switched)
    world.event(1, "old")
    until(lambda: world.browsers.seqs("s") == [1], "the old trial")
    world.state(0, "new")
    until(lambda: (world.browsers.newest("s", "events") or {}).get("trial") == "new", "the new trial")
    world.event(2, "old")
    world.event(1, "new")
    until(lambda: world.browsers.seqs("s") == [1], "the new trial's event")
    assert world.browsers.newest("s", "events")["trial"] == "new"
    assert world.relay.wait_for_trial("new", 0.0)
    assert not world.relay.wait_for_trial("old", 0.0)


def test_the_link_and_the_heartbeat_are_told(world: World) -> None:
    world.relay.join("s", "", 0, everything, nothing_switched)
    world.state(0)
    # It may have fallen silent by the time somebody looks.
    until(
        lambda: {"up": True, "ever": True} in [one["manager"] for one in world.browsers.all("s", "links")],
        "alive",
    )
    until(lambda: world.browsers.newest("s", "links")["manager"] == {"up": False, "ever": True}, "silent")
    assert world.browsers.newest("s", "links")["bridge"]["up"]
    world.gateway.cut("cable pulled")
    until(
        lambda: world.browsers.newest("s", "links")["bridge"] == {"up": False, "detail": "cable pulled"},
        "cut",
    )


def test_a_malformed_message_blinds_nobody(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.relay.join("s", "", 0, everything, nothing_switched)
    world.graph.publish("/trial/events", {"nonsense": True})
    world.event(1)
    until(lambda: world.browsers.seqs("s") == [1], "the event after it")


def test_who_has_left_gets_nothing(world: World) -> None:
    world.relay.join("s", "", 0, everything, nothing_switched)
    until(lambda: world.browsers.frames.get("s"), "a frame")
    world.relay.leave("s")
    until(lambda: world.relay.watched == 0, "the leave")
    count = len(world.browsers.frames["s"])
    world.relay.join("other", "", 0, everything, nothing_switched)
    world.event(1)
    until(lambda: world.browsers.seqs("other") == [1], "an event elsewhere")
    assert len(world.browsers.frames["s"]) == count

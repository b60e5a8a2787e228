from typing import Any

from hristudio_web.live.event_log import EventLog
from hristudio_web.live.viewer import BEAT_S, Picture, Viewer


def picture(**values: Any) -> Picture:
    return Picture(**{"state": "{}", "state_version": 1, "links": {"x": 1}, "links_version": 1, **values})


def log_to(last: int, trial: str = "t") -> EventLog:
    log = EventLog(trial)
    log.offer_all({"trial_id": trial, "seq": seq} for seq in range(1, last + 1))
    return log


def test_the_first_frame_has_everything() -> None:
    frame = Viewer("s", "", 0).frame(picture(log=log_to(2)), 0.0)
    assert frame is not None
    assert set(frame) == {"state", "links", "events"}
    assert frame["events"]["reset"]
    assert len(frame["events"]["list"]) == 2


def test_nothing_is_sent_while_a_frame_is_on_its_way() -> None:
    viewer, shown = Viewer("s", "", 0), picture()
    assert viewer.frame(shown, 0.0)
    shown.state_version = 2
    assert viewer.frame(shown, 9.0) is None


def test_a_slow_browser_gets_the_newest_state_alone() -> None:
    viewer, shown = Viewer("s", "", 0), picture(log=log_to(1))
    viewer.frame(shown, 0.0)
    for version in range(2, 50):
        shown.state, shown.state_version = str(version), version
    shown.log = log_to(40)
    viewer.waiting = False
    frame = viewer.frame(shown, 1.0)
    assert frame is not None
    assert frame["state"] == "49"
    assert len(frame["events"]["list"]) == 39
    assert not frame["events"]["reset"]


def test_who_comes_back_goes_on_where_it_was() -> None:
    frame = Viewer("s", "t", 3).frame(picture(log=log_to(5)), 0.0)
    assert frame is not None
    assert frame["events"] == {
        "trial": "t",
        "reset": False,
        "after": 3,
        "list": ('{"trial_id":"t","seq":4}', '{"trial_id":"t","seq":5}'),
    }


def test_who_comes_back_to_another_trial_starts_anew() -> None:
    frame = Viewer("s", "old", 3).frame(picture(log=log_to(5, "new")), 0.0)
    assert frame is not None
    assert frame["events"]["reset"]
    assert len(frame["events"]["list"]) == 5


def test_without_news_there_is_a_beat() -> None:
    viewer, shown = Viewer("s", "", 0), picture()
    viewer.frame(shown, 0.0)
    viewer.waiting = False
    assert viewer.frame(shown, BEAT_S / 2) is None
    assert viewer.frame(shown, BEAT_S) == {}

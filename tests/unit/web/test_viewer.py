import json
from typing import Any

from hristudio_web.access import Permission
from hristudio_web.live.event_log import EventLog
from hristudio_web.live.viewer import BEAT_S, LOOK_S, Picture, Viewer

ALL = {one.value: True for one in Permission}
ON = {"camera": True, "plots": True}


def of(sid: str, trial_id: str, cursor: int) -> Viewer:
    """A browser that may do everything."""
    return Viewer(sid, trial_id, cursor, lambda *_: ALL, lambda _: ON)


def picture(**values: Any) -> Picture:
    return Picture(**{"state": "{}", "state_version": 1, "links": {"x": 1}, "links_version": 1, **values})


def log_to(last: int, trial: str = "t") -> EventLog:
    log = EventLog(trial)
    log.offer_all({"trial_id": trial, "seq": seq} for seq in range(1, last + 1))
    return log


def test_the_first_frame_has_everything() -> None:
    frame = of("s", "", 0).frame(picture(log=log_to(2)), 0.0)
    assert frame is not None
    assert set(frame) == {"state", "links", "events", "may", "features"}
    assert frame["events"]["reset"]
    assert len(frame["events"]["list"]) == 2


def test_nothing_is_sent_while_a_frame_is_on_its_way() -> None:
    viewer, shown = of("s", "", 0), picture()
    assert viewer.frame(shown, 0.0)
    shown.state_version = 2
    assert viewer.frame(shown, 9.0) is None


def test_a_slow_browser_gets_the_newest_state_alone() -> None:
    viewer, shown = of("s", "", 0), picture(log=log_to(1))
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
    frame = of("s", "t", 3).frame(picture(log=log_to(5)), 0.0)
    assert frame is not None
    assert frame["events"] == {
        "trial": "t",
        "reset": False,
        "after": 3,
        "list": ('{"trial_id":"t","seq":4}', '{"trial_id":"t","seq":5}'),
    }


def test_who_comes_back_to_another_trial_starts_anew() -> None:
    frame = of("s", "old", 3).frame(picture(log=log_to(5, "new")), 0.0)
    assert frame is not None
    assert frame["events"]["reset"]
    assert len(frame["events"]["list"]) == 5


def test_without_news_there_is_a_beat() -> None:
    viewer, shown = of("s", "", 0), picture()
    viewer.frame(shown, 0.0)
    viewer.waiting = False
    assert viewer.frame(shown, BEAT_S / 2) is None
    assert viewer.frame(shown, BEAT_S) == {}


STATE = '{"phase":"running","participant":"P01","step":"greet","running":["say"],"seq":5}'
STATUS = '{"connected":true,"battery":0.5,"stopped":false,"running":["say"],"stop_actor":"ada"}'


def strange() -> Viewer:
    """A browser of somebody who has a role in the study "mine" alone."""
    return Viewer("s", "", 0, lambda study, _: {**ALL, "trial.watch": study in {None, "mine"}}, lambda _: ON)


def test_another_studys_trial_is_not_shown_but_the_robot_is() -> None:
    viewer = strange()
    shown = picture(study="theirs", runs=True, state=STATE, status=STATUS, status_version=1, log=log_to(3))
    frame = viewer.frame(shown, 0.0)
    assert frame is not None
    assert (frame["elsewhere"], frame["may"]["trial.watch"]) == (True, False)
    assert "events" not in frame
    state, status = json.loads(frame["state"]), json.loads(frame["status"])
    assert state == {"phase": "idle", "participant": "", "step": "", "running": [], "seq": 0}
    assert status == {"connected": True, "battery": 0.5, "stopped": False, "running": [], "stop_actor": ""}


def test_the_next_trial_of_ones_own_is_shown_from_its_beginning() -> None:
    viewer = strange()
    viewer.frame(picture(study="theirs", runs=True, state=STATE, log=log_to(3, "a")), 0.0)
    viewer.waiting = False
    frame = viewer.frame(picture(study="mine", runs=True, state=STATE, log=log_to(2, "b")), 1.0)
    assert frame is not None
    assert (frame["elsewhere"], frame["state"], len(frame["events"]["list"])) == (False, STATE, 2)


def test_nothing_is_shown_until_it_is_known_whose_trial_it_is() -> None:
    frame = strange().frame(picture(study="", runs=True, state=STATE, log=log_to(3)), 0.0)
    assert frame == {"links": {"x": 1}}


def test_who_loses_their_role_sees_no_more() -> None:
    may = dict(ALL)
    viewer = Viewer("s", "", 0, lambda *_: dict(may), lambda _: ON)
    assert "state" in (viewer.frame(picture(study="mine", state=STATE, log=log_to(1)), 0.0) or {})
    may["trial.watch"] = False
    viewer.waiting = False
    frame = viewer.frame(picture(study="mine", state=STATE, state_version=2, log=log_to(2)), LOOK_S)
    assert frame is not None
    assert (frame["elsewhere"], "events" in frame) == (True, False)


def test_a_feature_that_is_switched_is_told_once() -> None:
    on = dict(ON)
    viewer = Viewer("s", "", 0, lambda *_: ALL, lambda _: dict(on))
    shown = picture(study="mine")
    assert (viewer.frame(shown, 0.0) or {})["features"] == ON
    for now_s, camera in ((LOOK_S, False), (2 * LOOK_S, True)):
        on["camera"] = camera
        viewer.waiting = False
        assert viewer.frame(shown, now_s) == {"features": {"camera": camera, "plots": True}}
    viewer.waiting = False
    assert viewer.frame(shown, 3 * LOOK_S) == {}

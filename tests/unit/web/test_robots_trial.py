"""Rights at a robot are those of the study whose trial it runs; others see the robot, not the trial."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_socketio.test_client import SocketIOTestClient

from hristudio_core.store import LAB_BENCH, Role, Study, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in

ROBOT = "/api/v1/robots/default"


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    until(lambda: made.dashboard.relays["default"].status, "the robot is heard")
    yield made
    made.close()


@pytest.fixture
def study(dashboard: TestDashboard) -> Study:
    """A study whose wizard has no role anywhere else."""
    made = dashboard.studies.create("Gaze", "", dashboard.people[StudyRole.OWNER].id)
    person = dashboard.accounts.create("grace@lab.example", "Grace", Role.MEMBER)
    dashboard.people[Role.MEMBER] = dashboard.accounts.join(person.id, made.id, StudyRole.WIZARD)
    return made


def begin(dashboard: TestDashboard, study_id: str) -> str:
    """Run a trial of a study; wait until it is known whose it is."""
    trial_id = str(uuid.uuid4())
    if study_id != LAB_BENCH:
        dashboard.plans.begin(study_id, trial_id, dashboard.people[StudyRole.OWNER].id)
    dashboard.begin_trial(trial_id)
    until(lambda: dashboard.dashboard.relays["default"].study == study_id, "it is known whose trial it is")
    until(lambda: dashboard.dashboard.relays["default"].runs, "it runs")
    return trial_id


def socket_of(dashboard: TestDashboard, client: FlaskClient) -> SocketIOTestClient:
    made = dashboard.dashboard
    return made.socketio.test_client(made.app, flask_test_client=client)


def send(socket: SocketIOTestClient, event: str, **values: Any) -> dict[str, Any]:
    answer: dict[str, Any] = socket.emit(
        event, {"robot": "default", "id": str(uuid.uuid4()), **values}, callback=True
    )
    return answer


def test_a_studys_wizard_steers_its_trial_and_a_stranger_does_not(
    dashboard: TestDashboard, study: Study
) -> None:
    trial = begin(dashboard, study.id)
    grace, stranger = signed_in(dashboard, Role.MEMBER), signed_in(dashboard, StudyRole.WIZARD)
    seat = {"trial": trial, "operation": "claim", "role": "wizard"}
    asked = {
        "seat": seat,
        "annotate": {"trial": trial, "text": "a note"},
        "steps": {"trial": trial},
        "look": {"topic": "/camera/image/compressed"},
        "plot": {"topic": "/battery"},
        "stop": {},
    }
    for event, values in asked.items():
        assert send(socket_of(dashboard, grace), event, **values)["accepted"], event
        refused = send(socket_of(dashboard, stranger), event, **values)
        assert (refused["accepted"], refused.get("code")) == (False, "forbidden"), event
    headers = {"X-CSRFToken": csrf_of(stranger)}
    for name, body in (("stop", {}), ("annotate", {"trial": trial, "text": "x"}), ("skills", {})):
        assert stranger.post(f"{ROBOT}/{name}", json=body, headers=headers).status_code == 403, name
    assert stranger.post("/robots/default/stop", headers=headers).status_code == 403


def test_the_lab_benchs_wizard_is_a_stranger_to_a_study_and_the_other_way_round(
    dashboard: TestDashboard, study: Study
) -> None:
    trial = begin(dashboard, LAB_BENCH)
    note = {"trial": trial, "text": "a note"}
    assert send(socket_of(dashboard, signed_in(dashboard, StudyRole.WIZARD)), "annotate", **note)["accepted"]
    assert not send(socket_of(dashboard, signed_in(dashboard, Role.MEMBER)), "annotate", **note)["accepted"]


def test_of_another_studys_trial_nothing_is_told(dashboard: TestDashboard, study: Study) -> None:
    begin(dashboard, study.id)
    code = dashboard.trial.state["participant"]
    grace, stranger = signed_in(dashboard, Role.MEMBER), signed_in(dashboard, StudyRole.OBSERVER)
    assert code in grace.get("/").text
    shown = stranger.get("/").text
    assert (code in shown, "A trial of another study runs" in shown) == (False, True)
    told = stranger.get(ROBOT).get_json()
    assert (told["trial_id"], told["state"]) == ("", {})
    assert grace.get(ROBOT).get_json()["state"]["participant"] == code
    assert stranger.get("/api/v1/robots").get_json()["robots"][0]["state"] == {}
    socket = socket_of(dashboard, stranger)
    assert send(socket, "watch", trial="", last_seq=0)["accepted"]
    frames: list[dict[str, Any]] = []

    def seen() -> bool:
        frames.extend(one["args"][0] for one in socket.get_received() if one["name"] == "frame")
        return any("state" in frame for frame in frames)

    until(seen, "a frame")
    assert code not in str(frames)
    assert any(frame.get("elsewhere") for frame in frames)
    assert not any("events" in frame for frame in frames)


def test_a_robot_that_runs_nothing_is_anybodys_to_stop_and_its_last_trial_its_studys(
    dashboard: TestDashboard, study: Study
) -> None:
    trial = begin(dashboard, study.id)
    owner = signed_in(dashboard, Role.MEMBER)
    seat = send(socket_of(dashboard, owner), "seat", trial=trial, operation="claim", role="wizard")
    ended = {"trial": trial, "command": "abort", "reason": "a test", "seat": seat["seat_token"]}
    assert send(socket_of(dashboard, owner), "control", **ended)["accepted"]
    until(lambda: not dashboard.dashboard.relays["default"].runs, "it ended")
    stranger = socket_of(dashboard, signed_in(dashboard, StudyRole.WIZARD))
    assert send(stranger, "stop")["accepted"]
    assert send(stranger, "release", reason="clear")["accepted"]
    assert not send(stranger, "annotate", trial=trial, text="a note")["accepted"]
    assert not send(stranger, "steps", trial=trial)["accepted"]


def test_a_trial_that_is_named_counts_and_not_the_one_that_runs(
    dashboard: TestDashboard, study: Study
) -> None:
    other = str(uuid.uuid4())
    dashboard.dashboard.belonging.keep(other, study.id)
    begin(dashboard, LAB_BENCH)
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    refused = send(socket_of(dashboard, wizard), "annotate", trial=other, text="a note")
    assert refused["code"] == "forbidden"
    headers = {"X-CSRFToken": csrf_of(wizard)}
    note = {"trial": other, "text": "a note"}
    assert wizard.post(f"{ROBOT}/annotate", json=note, headers=headers).status_code == 403


def test_before_it_is_known_whose_trial_runs_it_can_be_stopped_and_not_steered(
    dashboard: TestDashboard, study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dashboard.dashboard.belonging, "learn", lambda _: None)
    trial = str(uuid.uuid4())
    dashboard.begin_trial(trial, known=False)
    until(lambda: dashboard.dashboard.relays["default"].runs, "it runs")
    wizard = socket_of(dashboard, signed_in(dashboard, StudyRole.WIZARD))
    assert send(wizard, "stop")["accepted"]
    assert not send(wizard, "annotate", trial=trial, text="a note")["accepted"]
    assert not send(socket_of(dashboard, signed_in(dashboard, StudyRole.OBSERVER)), "stop")["accepted"]

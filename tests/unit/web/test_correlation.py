"""One id from the browser to the log, and by the event it caused on to the robot."""

import uuid
from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import LogCapture

from hristudio_core.store import LAB_BENCH, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import WAIT_S, until
from tests.servers.web_client import csrf_of, signed_in


@pytest.fixture
def logged() -> Iterator[list[dict]]:
    """What is logged meanwhile, with what was bound to it."""
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture])
    yield capture.entries
    structlog.configure(**before)


@pytest.mark.parametrize("given", ["from-the-proxy-1", "0191f0a0-7000-7000-8000-000000000001"])
def test_an_id_that_comes_with_a_request_is_kept(dashboard: TestDashboard, given: str) -> None:
    answer = dashboard.dashboard.app.test_client().get("/api/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "forged\tid=1 event", "ada@lab.example"])
def test_an_id_that_is_unfit_is_replaced(dashboard: TestDashboard, given: str) -> None:
    client = dashboard.dashboard.app.test_client()
    told = {
        client.get("/api/live", headers={"X-Request-ID": given}).headers["X-Request-ID"] for _ in range(2)
    }
    assert len(told) == 2
    assert given not in told
    assert all(uuid.UUID(hex=one) for one in told)


def test_what_changes_something_is_logged_by_route_with_its_id(
    dashboard: TestDashboard, logged: list[dict]
) -> None:
    client = dashboard.dashboard.app.test_client()
    form = {"csrf_token": csrf_of(client), "email": "ada@lab.example", "password": "a secret"}
    token = dashboard.link(StudyRole.WIZARD).rsplit("/", 1)[1]
    client.post("/sign-in", data=form, headers={"X-Request-ID": "request-0001"})
    client.post(f"/sign-in/{token}", data=form, headers={"X-Request-ID": "request-0002"})
    answered = {one["request_id"]: one for one in logged if one["event"] == "answered"}
    assert answered["request-0001"]["route"] == "/sign-in"
    assert answered["request-0002"]["route"] == "/sign-in/<token>"
    # What was logged on the way has the same id.
    assert [one["request_id"] for one in logged if one["event"] == "signed in"] == ["request-0002"]
    everything = str(logged)
    assert not [secret for secret in ("ada@", "a secret", token) if secret in everything]


def test_a_command_leads_from_the_page_to_the_event_it_caused(
    dashboard: TestDashboard, logged: list[dict]
) -> None:
    trial = str(uuid.uuid4())
    dashboard.begin_trial(trial)
    relay = dashboard.dashboard.relays["default"]
    assert relay.wait_for_trial(trial, WAIT_S)
    # Until then nobody may steer it.
    until(lambda: relay.study == LAB_BENCH, "it is known whose trial it is")
    socket = dashboard.dashboard.socketio.test_client(
        dashboard.dashboard.app, flask_test_client=signed_in(dashboard, StudyRole.WIZARD)
    )
    note = {"robot": "default", "id": "page-note-1", "trial": trial, "text": "Ada laughs"}
    answer = socket.emit("annotate", note, callback=True)
    assert answer["accepted"]
    (told,) = [one for one in logged if one["event"] == "command"]
    assert (told["request_id"], told["command"], told["trial"]) == ("page-note-1", "annotate", trial)
    assert told["account"] == dashboard.people[StudyRole.WIZARD].id
    events = until(
        lambda: [one for one in dashboard.trial.events if one["seq"] == told["seq"]], "the event of the note"
    )
    assert events[0]["kind"] == "annotation"
    assert "Ada" not in str(logged)
    # Asking is no command, and one thread's id does not reach another's lines.
    logged.clear()
    socket.emit("clock", {"robot": "default", "id": "page-clock-1"}, callback=True)
    assert logged == []
    socket.disconnect()

"""Recordings of a trial: who gets links, what they open, and what is kept of it."""

import hashlib
import io

import pytest
import requests

from hristudio_core.media import StoreAway
from hristudio_core.store import Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import WAIT_S
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_routes import stored_trial

FILM = b"a film" * 1000
NEW = {
    "name": "camera.mp4",
    "size": len(FILM),
    "sha256": hashlib.sha256(FILM).hexdigest(),
    "type": "video/mp4",
}


@pytest.fixture
def trial_id(dashboard: TestDashboard) -> str:
    return stored_trial(dashboard)


def asked(dashboard: TestDashboard, role: StudyRole, trial_id: str, **change: object):
    client = signed_in(dashboard, role)
    return client.post(
        f"/api/v1/trials/{trial_id}/recordings",
        json={**NEW, **change},
        headers={"X-CSRFToken": csrf_of(client)},
    )


def store(dashboard: TestDashboard, trial_id: str, **change: object) -> requests.Response:
    answer = asked(dashboard, StudyRole.WIZARD, trial_id, **change)
    assert answer.status_code == 201, answer.text
    link = answer.get_json()
    return requests.request(
        link["method"], dashboard.url + link["url"], data=FILM, headers=link["headers"], timeout=WAIT_S
    )


def test_a_recording_is_stored_listed_and_fetched_by_links(dashboard: TestDashboard, trial_id: str) -> None:
    assert store(dashboard, trial_id).status_code == 201
    client = signed_in(dashboard, StudyRole.RESEARCHER)
    [told] = client.get(f"/api/v1/trials/{trial_id}/recordings").get_json()["recordings"]
    assert {name: told[name] for name in NEW} == NEW
    link = client.get(f"/api/v1/trials/{trial_id}/recordings/camera.mp4/link").get_json()
    assert link["expires_s"] == 900
    assert requests.get(dashboard.url + link["url"], timeout=WAIT_S).content == FILM
    acts = [(one.action, one.object) for one in dashboard.audit.page(subject=f"trial:{trial_id}")]
    assert acts == [("recording.fetched", f"trial:{trial_id}"), ("recording.stored", f"trial:{trial_id}")]


def test_the_page_leads_to_them(dashboard: TestDashboard, trial_id: str) -> None:
    client = signed_in(dashboard, StudyRole.RESEARCHER)
    assert "Nothing was recorded" in client.get(f"/trials/{trial_id}/recordings").text
    dashboard.dashboard.app.extensions["hristudio"].media.put(
        f"trials/{trial_id}/side/camera_2.mp4", io.BytesIO(FILM), "video/mp4"
    )
    page = client.get(f"/trials/{trial_id}/recordings").text
    assert "side/camera_2.mp4" in page
    answer = client.get(f"/trials/{trial_id}/recordings/side/camera_2.mp4")
    assert answer.status_code == 303
    with client.get(answer.headers["Location"]) as saved:
        assert saved.data == FILM
        assert saved.headers["Content-Disposition"] == 'attachment; filename="camera_2.mp4"'
    looked = client.head(answer.headers["Location"])
    assert (looked.status_code, looked.content_length) == (200, len(FILM))


def test_a_recording_is_never_replaced(dashboard: TestDashboard, trial_id: str) -> None:
    link = asked(dashboard, StudyRole.WIZARD, trial_id).get_json()
    assert store(dashboard, trial_id).status_code == 201
    answer = asked(dashboard, StudyRole.WIZARD, trial_id, size=1)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "conflict")
    # An older link, for the same content, does no harm.
    again = requests.put(dashboard.url + link["url"], data=FILM, headers=link["headers"], timeout=WAIT_S)
    assert again.status_code == 201


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../up.mp4"},
        {"name": ".hidden"},
        {"name": "a/b"},
        {"name": ""},
        {"size": -1},
        {"size": 6 * 2**30},
        {"sha256": "00"},
        {"type": "text/html; charset=utf-8"},
        {"more": 1},
    ],
)
def test_what_makes_no_recording_is_refused(
    dashboard: TestDashboard, trial_id: str, change: dict[str, object]
) -> None:
    assert asked(dashboard, StudyRole.WIZARD, trial_id, **change).status_code == 422


def test_who_may_what(dashboard: TestDashboard, trial_id: str) -> None:
    store(dashboard, trial_id)
    paths = (
        f"/api/v1/trials/{trial_id}/recordings",
        f"/api/v1/trials/{trial_id}/recordings/camera.mp4/link",
        f"/trials/{trial_id}/recordings",
        f"/trials/{trial_id}/recordings/camera.mp4",
    )
    for role in (StudyRole.WIZARD, StudyRole.OBSERVER):
        client = signed_in(dashboard, role)
        assert {client.get(path).status_code for path in paths} == {403}
    assert asked(dashboard, StudyRole.OBSERVER, trial_id, name="other").status_code == 403
    stranger = dashboard.dashboard.app.test_client()
    assert {stranger.get(path).status_code for path in paths} == {401}


def test_what_is_not_there_is_not_found(dashboard: TestDashboard, trial_id: str) -> None:
    client = signed_in(dashboard, Role.ADMINISTRATOR)
    for name in ("none", ".hidden", "..%2F..%2Fx"):
        assert client.get(f"/trials/{trial_id}/recordings/{name}").status_code == 404
    assert client.get(f"/api/v1/trials/{trial_id}/recordings/none/link").status_code == 404
    assert client.get("/api/v1/trials/none/recordings").status_code == 404


def test_a_store_that_is_away_is_told_without_its_address(
    dashboard: TestDashboard, trial_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StoreAway("s3://inner/ at http://10.0.0.9", "connection refused")

    monkeypatch.setattr(dashboard.dashboard.app.extensions["hristudio"].media, "list", away)
    client = signed_in(dashboard, StudyRole.RESEARCHER)
    for path in (f"/trials/{trial_id}/recordings", f"/api/v1/trials/{trial_id}/recordings"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert "10.0.0.9" not in answer.text

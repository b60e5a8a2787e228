"""Pages and answers without a browser."""

import csv
import io
import json
import uuid
from datetime import timedelta

import pytest

from hristudio_core.journal import GENESIS, Draft, Entry
from hristudio_core.journal.codec import canonical_json, seal
from hristudio_core.store import DatabaseUnavailable, Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in

ACTOR = "engine"
FORMULA = '=HYPERLINK("http://evil.example")'
SCRIPT = "<script>alert(1)</script>"


def stored_trial(dashboard: TestDashboard, *, participant: str = "P01", notes: int = 3) -> str:
    trial_id = str(uuid.uuid4())
    started = {
        "protocol": "greeting",
        "version": "1",
        "participant": participant,
        "mode": "pilot",
        "digest": "ab",
    }
    note = {"tags": [], "actor": "me"}
    payloads = [
        ("trial.started", started),
        *[("annotation", {**note, "text": SCRIPT if n else FORMULA}) for n in range(notes)],
        ("deviation", {"deviation": "skipped", "detail": "door jammed"}),
        ("trial.ended", {"outcome": "completed", "reason": ""}),
    ]
    entries: list[Entry] = []
    previous = GENESIS
    for seq, (kind, payload) in enumerate(payloads, 1):
        draft = Draft(
            id=str(uuid.uuid4()),
            kind=kind,
            wall_ns=(1_700_000_000 + seq) * 10**9,
            monotonic_ns=seq,
            ros_ns=seq,
            host="lab",
            payload=canonical_json(payload),
            step=FORMULA if kind == "deviation" else "",
        )
        entries.append(seal(trial_id, seq, previous, draft))
        previous = entries[-1].hash
    dashboard.trials.add(entries)
    return trial_id


@pytest.fixture(scope="module")
def trial_id(dashboard: TestDashboard) -> str:
    return stored_trial(dashboard)


def test_a_link_is_not_used_up_by_opening_it(dashboard: TestDashboard) -> None:
    link = dashboard.link(StudyRole.WIZARD).removeprefix(dashboard.url)
    client = dashboard.dashboard.app.test_client()
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.post(link, data={"csrf_token": csrf_of(client)}).status_code == 303


def test_a_link_works_once(dashboard: TestDashboard) -> None:
    link = dashboard.link(StudyRole.WIZARD).removeprefix(dashboard.url)
    first, second = dashboard.dashboard.app.test_client(), dashboard.dashboard.app.test_client()
    assert first.post(link, data={"csrf_token": csrf_of(first)}).status_code == 303
    answer = second.post(link, data={"csrf_token": csrf_of(second)})
    assert answer.status_code == 410
    assert "hristudio user link" in answer.text
    assert second.get("/").status_code == 401


def test_an_expired_link_says_what_to_do(dashboard: TestDashboard) -> None:
    token = dashboard.sessions.issue_link(dashboard.people[StudyRole.WIZARD].id, timedelta(seconds=-1))
    client = dashboard.dashboard.app.test_client()
    answer = client.post(f"/sign-in/{token}", data={"csrf_token": csrf_of(client)})
    assert (answer.status_code, "does not work any more" in answer.text) == (410, True)


def test_signing_in_makes_a_new_session(dashboard: TestDashboard) -> None:
    client = dashboard.dashboard.app.test_client()
    with client.session_transaction() as planted:
        planted["session"] = "planted"
        planted["other"] = "planted"
    link = dashboard.link(StudyRole.WIZARD).removeprefix(dashboard.url)
    client.post(link, data={"csrf_token": csrf_of(client)})
    with client.session_transaction() as session:
        assert session["session"] != "planted"
        assert "other" not in session


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(dashboard: TestDashboard) -> None:
    client = dashboard.dashboard.app.test_client()
    link = dashboard.link(StudyRole.WIZARD).removeprefix(dashboard.url)
    cookie = client.post(link, data={"csrf_token": csrf_of(client)}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["/sign-out", "/robots/default/stop", "/start/greeting", "/sign-in/abc"])
def test_a_form_of_another_site_is_refused(dashboard: TestDashboard, path: str) -> None:
    client = signed_in(dashboard, Role.ADMINISTRATOR)
    assert client.post(path).status_code == 400
    assert not dashboard.trial.robot["stopped"]


def test_signing_out_ends_the_session(dashboard: TestDashboard) -> None:
    client = signed_in(dashboard, StudyRole.WIZARD)
    assert client.get("/").status_code == 200
    client.post("/sign-out", data={"csrf_token": csrf_of(client)})
    assert client.get("/").status_code == 401


def test_guessing_links_is_slowed_down(dashboard: TestDashboard) -> None:
    client = dashboard.dashboard.app.test_client()
    where = {"REMOTE_ADDR": "192.0.2.7"}
    statuses = [client.get("/sign-in/guess", environ_base=where).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]


def test_answers_carry_strict_headers(dashboard: TestDashboard) -> None:
    headers = dashboard.dashboard.app.test_client().get("/sign-in").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_other_host_names_are_refused(dashboard: TestDashboard) -> None:
    client = dashboard.dashboard.app.test_client()
    assert client.get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


def test_home_lists_what_runs_and_what_was(dashboard: TestDashboard, trial_id: str) -> None:
    page = signed_in(dashboard, StudyRole.OBSERVER).get("/").text
    assert "No trial runs" in page
    assert f"/trials/{trial_id}" in page
    assert "completed" in page


def test_home_finds_by_participant(dashboard: TestDashboard, trial_id: str) -> None:
    stored_trial(dashboard, participant="P77")
    page = signed_in(dashboard, StudyRole.OBSERVER).get("/?participant=P77").text
    assert "P77" in page
    assert f"/trials/{trial_id}" not in page


def test_home_leads_through_all_pages(dashboard: TestDashboard) -> None:
    for n in range(30):
        stored_trial(dashboard, participant=f"Q{n:02d}")
    client = signed_in(dashboard, StudyRole.OBSERVER)
    seen: set[str] = set()
    path = "/"
    while path:
        text = client.get(path).text
        seen |= {part.split('"')[0] for part in text.split('href="/trials/')[1:]}
        older = [part for part in text.split('href="')[1:] if ">Older trials" in part.split("</a>")[0]]
        path = older[0].split('"')[0].replace("&amp;", "&") if older else ""
    everything = dashboard.trials.page(limit=1000).trials
    assert seen == {trial.id for trial in everything}


@pytest.mark.parametrize(
    "query", ["?after=x&id=y", "?after=2020-01-01&id=%00", "?mode=odd&outcome='", "?participant=%3Cb%3E"]
)
def test_home_takes_any_query(dashboard: TestDashboard, query: str) -> None:
    answer = signed_in(dashboard, StudyRole.OBSERVER).get(f"/{query}")
    assert answer.status_code == 200
    assert "<b>" not in answer.text


def test_home_works_without_the_database(dashboard: TestDashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(dashboard, StudyRole.WIZARD)

    def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(dashboard.trials, "page", fail)
    monkeypatch.setattr(dashboard.sessions, "account_of", fail)
    answer = client.get("/")
    assert answer.status_code == 200
    assert "database does not answer" in answer.text


def test_the_record_proves_itself_and_shows_deviations(dashboard: TestDashboard, trial_id: str) -> None:
    page = signed_in(dashboard, StudyRole.OBSERVER).get(f"/trials/{trial_id}").text
    assert "Whole and unaltered" in page
    assert "door jammed" in page
    assert SCRIPT not in page
    assert "Download" not in page


def test_a_record_that_was_altered_says_so(dashboard: TestDashboard) -> None:
    trial_id = stored_trial(dashboard)
    events = dashboard.trials._events[trial_id]
    forged = Draft(id="x", kind="annotation", wall_ns=1, monotonic_ns=1, ros_ns=1, host="h")
    events[2] = seal(trial_id, 2, "0" * 64, forged)
    assert "The record is damaged" in signed_in(dashboard, StudyRole.OBSERVER).get(f"/trials/{trial_id}").text


def test_the_record_shows_one_kind(dashboard: TestDashboard, trial_id: str) -> None:
    page = signed_in(dashboard, StudyRole.OBSERVER).get(f"/trials/{trial_id}?kind=deviation").text
    assert page.count('<tr id="event-') == 1


def test_long_records_are_paged(dashboard: TestDashboard) -> None:
    trial_id = stored_trial(dashboard, notes=250)
    client = signed_in(dashboard, StudyRole.OBSERVER)
    seen = []
    path: str | None = f"/trials/{trial_id}?kind=annotation"
    while path:
        text = client.get(path).text
        seen += [int(part.split('"')[0]) for part in text.split('<tr id="event-')[1:]]
        later = [part for part in text.split('href="')[1:] if ">Later events" in part.split("</a>")[0]]
        path = later[0].split('"')[0].replace("&amp;", "&") if later else None
    assert seen == list(range(2, 252))


def test_events_are_downloaded_whole(dashboard: TestDashboard, trial_id: str) -> None:
    client = signed_in(dashboard, StudyRole.RESEARCHER)
    answer = client.get(f"/trials/{trial_id}/events.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    body = json.loads(answer.data)
    assert [event["seq"] for event in body["events"]] == list(range(1, 7))
    assert body["trial"]["id"] == trial_id


def test_what_is_downloaded_is_on_the_trail(dashboard: TestDashboard, trial_id: str) -> None:
    signed_in(dashboard, StudyRole.OWNER).get(f"/trials/{trial_id}/events.csv")
    newest = dashboard.audit.page()[0]
    assert (newest.action, newest.object, newest.detail) == (
        "trial.exported", f"trial:{trial_id}", {"form": "csv"},
    )  # fmt: skip
    assert newest.account_id == dashboard.people[StudyRole.OWNER].id


def test_a_spreadsheet_takes_nothing_for_a_formula(dashboard: TestDashboard, trial_id: str) -> None:
    text = signed_in(dashboard, StudyRole.RESEARCHER).get(f"/trials/{trial_id}/events.csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 6
    assert rows[4]["step"] == f"'{FORMULA}"


@pytest.mark.parametrize(
    "name", ["nothing", "%27%20OR%201=1", "6ba523d2-a284-43a3-b30f-008c0981d2f7", "..%2f..%2fetc"]
)
def test_an_unknown_trial_is_not_found(dashboard: TestDashboard, name: str) -> None:
    assert signed_in(dashboard, StudyRole.OBSERVER).get(f"/trials/{name}").status_code == 404


def test_the_api_gives_trials_and_events(dashboard: TestDashboard, trial_id: str) -> None:
    client = signed_in(dashboard, StudyRole.OBSERVER)
    listed = client.get("/api/v1/trials?participant=P01&limit=200").get_json()
    assert trial_id in {trial["id"] for trial in listed["trials"]}
    trial = client.get(f"/api/v1/trials/{trial_id}").get_json()
    assert (trial["outcome"], trial["event_count"]) == ("completed", 6)
    first = client.get(f"{trial['events']}?limit=4").get_json()
    rest = client.get(first["next"]).get_json()
    assert [event["seq"] for event in first["events"] + rest["events"]] == [1, 2, 3, 4, 5, 6]
    assert rest["next"] is None


def test_the_api_leads_through_all_pages(dashboard: TestDashboard) -> None:
    client = signed_in(dashboard, StudyRole.OBSERVER)
    seen, path = [], "/api/v1/trials?limit=7"
    while path:
        body = client.get(path).get_json()
        seen += [trial["id"] for trial in body["trials"]]
        path = body["next"]
    assert seen == [trial.id for trial in dashboard.trials.page(limit=1000).trials]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/trials?limit=0", 422),
        ("/api/v1/trials?limit=x", 422),
        ("/api/v1/trials?after=yesterday", 422),
        ("/api/v1/trials/none", 404),
        ("/api/v1/none", 404),
    ],
)
def test_the_api_describes_its_errors(dashboard: TestDashboard, path: str, status: int) -> None:
    answer = signed_in(dashboard, StudyRole.OBSERVER).get(path)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["status"] == status
    assert answer.get_json()["detail"]


def test_the_api_knows_nobody(dashboard: TestDashboard) -> None:
    answer = dashboard.dashboard.app.test_client().get("/api/v1/trials")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


def test_starting_shows_every_problem_and_keeps_what_was_typed(dashboard: TestDashboard) -> None:
    client = signed_in(dashboard, StudyRole.WIZARD)
    form = {"csrf_token": csrf_of(client), "robot": "default", "participant": "P" * 80, "seed": "x"}
    answer = client.post("/start/greeting", data=form)
    assert answer.status_code == 422
    assert "P" * 80 in answer.text
    assert answer.text.count('class="problem"') >= 3
    assert dashboard.trial.state["phase"] == "idle"


@pytest.mark.parametrize("name", ["absent", "..%2fweb", "%2e%2e"])
def test_an_unknown_protocol_is_not_found(dashboard: TestDashboard, name: str) -> None:
    assert signed_in(dashboard, StudyRole.WIZARD).get(f"/start/{name}").status_code == 404

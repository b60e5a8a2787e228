"""What is counted of the product's use, and what never is. UPDATE_DOCS=1 has the guide's table written."""

import io
import os
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hristudio_core.ops.share import CHECKOUT
from hristudio_core.store import LAB_BENCH, Role, StudyRole
from hristudio_telemetry.posthog import NOBODY, PostHog
from hristudio_web.analytics import EVENTS, Counting, fitting, reference
from hristudio_web.analytics.counting import MOST_OPEN
from tests.servers.dashboard import PROTOCOLS, TestDashboard
from tests.servers.posthog import KEY, posthog
from tests.servers.posthog import PostHog as Receiver
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_plans import SOON
from tests.unit.web.test_routes import stored_trial
from tests.unit.web.test_starting import form, store

GUIDE = CHECKOUT / "docs" / "operations" / "monitoring.md"
MARKS = ("<!-- UPDATE_DOCS=1 pytest tests/unit/web/test_analytics.py -->\n\n", "\n<!-- end of events -->")
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/999.0"
PERSON = {"name": "Zenobia Quux", "email": "zenobia@quux.example", "code": "ZQ77", "notes": "left-handed"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with posthog() as server:
        yield server


@pytest.fixture
def dashboard(tmp_path: Path, receiver: Receiver) -> Iterator[TestDashboard]:
    client = PostHog(receiver.url, KEY, period_s=0.01, pauses_s=(0.01,))
    made = TestDashboard(tmp_path, analytics=client)
    until(lambda: made.dashboard.relays["default"].status, "the robot is heard")
    yield made
    made.close()


class Noted:
    """Keeps what it is to count."""

    on = True
    sent = dropped = waiting = 0

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, str]]] = []

    def count(self, event: str, properties: dict[str, str]) -> None:
        self.events.append((event, properties))

    def close(self) -> None:
        pass


def post(client: FlaskClient, path: str, **given: object) -> None:
    answer = client.post(path, data={"csrf_token": csrf_of(client), **given})
    assert answer.status_code == 303, answer.text


def figures(client: FlaskClient) -> str:
    return client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text


def do_everything(dashboard: TestDashboard) -> list[str]:
    """Do all that is counted once, as somebody with a name and things with names; give what is a secret."""
    dashboard.accounts.create(PERSON["email"], PERSON["name"], Role.MEMBER)
    client = signed_in(dashboard, Role.ADMINISTRATOR)
    client.environ_base |= {"HTTP_USER_AGENT": BROWSER, "HTTP_X_REQUEST_ID": "request-of-mine"}
    post(client, "/studies", name="Quuxology", description="what nobody may know")
    study = next(one for one in dashboard.studies.page().studies if one.name == "Quuxology")
    place = f"/studies/{study.id}"
    text = (PROTOCOLS / "greeting.yaml").read_text().replace("name: greeting", "name: quuxing")
    post(client, f"{place}/protocols", text=text)
    people = f"code;name;email\n{PERSON['code']};{PERSON['name']};{PERSON['email']}\n".encode()
    shown = client.post(
        f"{place}/participants/import",
        data={
            "csrf_token": csrf_of(client),
            "act": "check",
            "file": (io.BytesIO(people), "l.csv"),
            "text": "",
        },
    ).text
    typed = shown.split("<textarea")[1].split(">\n", 1)[1].split("</textarea>")[0]
    seen = shown.split('name="seen" value="')[1].split('"')[0]
    post(client, f"{place}/participants/import", act="import", seen=seen, text=typed)
    assert client.get(f"{place}/participants/export").status_code == 200
    version = store(dashboard, study)
    post(
        client,
        f"{place}/plan",
        planned_at=SOON,
        participant=PERSON["code"],
        protocol=version.digest,
        mode="pilot",
    )
    started = form(client, version, participant=PERSON["code"])
    assert client.post(f"/start/{study.id}/meeting/1", data=started).status_code == 303
    trial_id = dashboard.dashboard.relays["default"].trial_id
    with dashboard.trial._lock:
        dashboard.trial._end("aborted", "because of Zenobia")
    old = stored_trial(dashboard, participant=PERSON["code"])
    for name in ("events.json", "events.csv"):
        assert client.get(f"/trials/{old}/{name}").status_code == 200
    dashboard.dashboard.app.extensions["hristudio"].media.put(
        f"trials/{old}/zenobia.mp4", io.BytesIO(b"film"), "video/mp4"
    )
    assert client.get(f"/trials/{old}/recordings/zenobia.mp4").status_code == 303
    ids = [account.id for account in dashboard.accounts.all()]
    return [
        *PERSON.values(), *ids, study.id, LAB_BENCH, trial_id, old, version.digest, "quux", "meeting", "know",
        "zenobia", "administrator", "@lab.example", BROWSER, "request-of-mine",
        client.environ_base["REMOTE_ADDR"],
    ]  # fmt: skip


def test_everything_on_the_list_is_counted_and_says_nothing_of_anybody(
    dashboard: TestDashboard, receiver: Receiver
) -> None:
    secrets = do_everything(dashboard)
    until(lambda: {event["event"] for event in receiver.events} == EVENTS.keys(), "every event of the list")
    assert receiver.told("trial.started") == [{"mode": "rehearsal"}]
    assert receiver.told("trial.ended") == [{"outcome": "aborted"}]
    assert receiver.told("trial.exported") == [{"form": "json"}, {"form": "csv"}]
    assert receiver.told("study.created") == receiver.told("participant.imported") == [{}]
    for event in receiver.events:
        assert event.keys() == {"event", "distinct_id", "uuid", "timestamp", "properties"}
        assert event["timestamp"].endswith(":00:00+00:00")
        listed = EVENTS[event["event"]].properties
        for name, value in event["properties"].items():
            assert name in NOBODY or listed[name].fullmatch(value), event
        assert event["properties"].items() >= NOBODY.items()
    told = b"".join(body for _, _, body in receiver.heard).decode().lower()
    assert [secret for secret in secrets if secret.lower() in told] == []


def test_pages_are_counted_by_the_names_of_their_routes(dashboard: TestDashboard, receiver: Receiver) -> None:
    client = signed_in(dashboard, StudyRole.WIZARD)
    until(lambda: {"page": "sign_in.how"} in receiver.told("page.viewed"), "the page of the sign-in")
    before = len(receiver.events)
    trial_id = stored_trial(dashboard)
    shown = ["/", f"/trials/{trial_id}?kind=annotation", "/account"]
    # No page, no success, no look at a page: not counted.
    others = ["/notice", "/api/v1/me", "/trials/none-of-that-id", "/no/such/page", "/api/live", "/audit"]
    for path in others:
        client.get(path)
    client.head("/")
    for path in shown:
        assert client.get(path).status_code == 200
    until(lambda: {"page": "account.show"} in receiver.told("page.viewed"), "the last page")
    pages = [event["properties"]["page"] for event in receiver.events[before:]]
    assert pages == ["home.home", "record.show", "account.show"]


@pytest.mark.parametrize("header", ["DNT", "Sec-GPC"])
def test_a_browser_that_asks_not_to_be_tracked_is_not(
    dashboard: TestDashboard, receiver: Receiver, header: str
) -> None:
    client = signed_in(dashboard, StudyRole.OWNER)
    until(lambda: receiver.events, "the pages of the sign-in")
    key = f"HTTP_{header.upper().replace('-', '_')}"
    client.environ_base[key] = "1"
    before = len(receiver.events)
    assert "asks not to be tracked (Do Not Track" in client.get("/account").text
    post(client, "/studies", name="Untold", description="")
    study = next(one for one in dashboard.studies.page().studies if one.name == "Untold")
    version = store(dashboard, study)
    assert client.post(f"/start/{study.id}/meeting/1", data=form(client, version)).status_code == 303
    with dashboard.trial._lock:
        dashboard.trial._end("completed", "")
    until(lambda: dashboard.dashboard.relays["default"].state["phase"] == "ended", "the end is heard")
    # Whatever was counted before this page is with it or before it.
    client.environ_base[key] = "0"
    assert client.get("/audit").status_code == 403
    assert client.get("/studies").status_code == 200
    until(lambda: receiver.told("page.viewed")[-1:] == [{"page": "studies.all_studies"}], "what is counted")
    assert [event["event"] for event in receiver.events[before:]] == ["page.viewed"]


def test_what_is_not_on_the_list_goes_nowhere() -> None:
    assert fitting("account.invited", {"role": "member"}) is None
    assert fitting("study.created", {"name": "Quuxology"}) == {}
    assert fitting("trial.started", {"mode": "live", "protocol": "secret", "study": "s"}) == {"mode": "live"}
    assert fitting("trial.started", {"mode": "live; participant P07"}) == {}
    assert fitting("page.viewed", {"page": "/trials/0191f0a0"}) == {}


def test_the_list_has_room_for_nothing_personal() -> None:
    # Whoever adds a property says so here, and in docs/decisions/0090-analytics.md why it tells nothing.
    told = {(name, key) for name, event in EVENTS.items() for key in event.properties}
    assert told == {
        ("page.viewed", "page"),
        ("trial.started", "mode"),
        ("trial.ended", "outcome"),
        ("trial.exported", "form"),
    }
    forms = [form for event in EVENTS.values() for form in event.properties.values()]
    for personal in ("ada@lab.example", "P07", "192.0.2.7", str(uuid.uuid4()), "Ada Lovelace"):
        assert [form.pattern for form in forms if form.fullmatch(personal)] == [], personal


def test_every_page_has_a_name_that_can_be_told(dashboard: TestDashboard) -> None:
    names = [rule.endpoint for rule in dashboard.dashboard.app.url_map.iter_rules() if "." in rule.endpoint]
    assert len(names) > 60
    assert [name for name in names if fitting("page.viewed", {"page": name}) != {"page": name}] == []


def test_one_of_many_processes_counts_a_trials_end() -> None:
    """All hear it; the one that counted the start tells of it, once, however often it is told."""
    app = Flask(__name__)
    first, second = Noted(), Noted()
    counting, other = Counting(first), Counting(second)
    with app.test_request_context():
        counting.act("trial.started", "trial:a", {"mode": "live", "robot": "nao"})
    for phase, outcome in (("running", ""), ("ended", "completed"), ("ended", "completed")):
        for one in (counting, other):
            one.hear({"trial_id": "a", "phase": phase, "outcome": outcome})
    assert first.events == [("trial.started", {"mode": "live"}), ("trial.ended", {"outcome": "completed"})]
    assert second.events == []


def test_trials_whose_end_is_never_heard_are_forgotten() -> None:
    counting = Counting(Noted())
    with Flask(__name__).test_request_context():
        for number in range(MOST_OPEN + 10):
            counting.act("trial.started", f"trial:{number}", {})
    assert len(counting._open) == MOST_OPEN


def test_a_receiver_that_is_away_fails_no_request(dashboard: TestDashboard, receiver: Receiver) -> None:
    receiver.free.clear()
    client = signed_in(dashboard, StudyRole.WIZARD)
    until(lambda: receiver.heard, "a request that hangs")
    # It answers nobody before these are through.
    for _ in range(200):
        assert client.get("/account").status_code == 200
    assert receiver.events == []
    told = figures(client)
    assert 'hristudio_analytics_events_total{outcome="dropped"} 0.0' in told
    assert "hristudio_analytics_waiting_events 20" in told
    receiver.free.set()
    until(lambda: len(receiver.events) >= 200, "what waited")
    sent = 'hristudio_analytics_events_total{outcome="sent"} 20'
    until(lambda: sent in figures(client), "the figure")


def test_whoever_looks_is_told_who_gets_it(dashboard: TestDashboard, receiver: Receiver) -> None:
    shown = signed_in(dashboard, StudyRole.WIZARD).get("/account").text
    assert "Privacy" in shown
    assert "This dashboard tells eu.i.posthog.com how often" in shown


def test_off_there_is_nothing_to_begin_with(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    dashboard = TestDashboard(tmp_path)
    client = signed_in(dashboard, StudyRole.WIZARD)
    assert "Privacy" not in client.get("/account").text
    assert "hristudio_analytics" not in figures(client)
    assert "analytics" not in {thread.name for thread in set(threading.enumerate()) - before}
    hooks = dashboard.dashboard.app.after_request_funcs[None]
    assert [hook for hook in hooks if "analytics" in hook.__module__] == []
    robot = SimpleNamespace()
    Counting().listen(robot)  # a robot that has nothing to listen to
    dashboard.close()


def test_the_guide_lists_what_is_counted() -> None:
    head, mark, rest = GUIDE.read_text(encoding="utf-8").partition(MARKS[0])
    _, end, tail = rest.partition(MARKS[1])
    wanted = f"{head}{mark}{reference()}{end}{tail}"
    assert mark
    assert end
    if os.environ.get("UPDATE_DOCS"):
        GUIDE.write_text(wanted, encoding="utf-8")
    assert GUIDE.read_text(encoding="utf-8") == wanted, "see the first line of this file"

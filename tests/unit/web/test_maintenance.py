"""During a maintenance: who may do what still, over pages and the API, and what everybody is told."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hristudio_core.notice import Notice
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.notice_file import read_notice, write_notice
from hristudio_core.store import Database, DatabaseSettings, MemoryNotices, PostgresNotices, Role, StudyRole
from hristudio_web.access import RUNNING, Permission
from hristudio_web.guard import PUBLIC
from hristudio_web.notices import NoticeBoard
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_permissions import VALUES, filled, may, rules
from tests.unit.web.test_routes import stored_trial

NOW = datetime.now(timezone.utc)
# For longer than any run of the tests takes.
NOTICE = Notice(starts_at=NOW, ends_at=NOW + timedelta(days=8), message="Upgrade to 1.2")
SOON = Notice(starts_at=NOW + timedelta(days=1), message="Upgrade to 1.2")


@pytest.fixture
def maintained(dashboard: TestDashboard):
    """Set a notice, and wait until the dashboard knows it."""
    board = dashboard.dashboard.app.extensions["hristudio"].notices

    def announce(notice: Notice | None) -> None:
        if notice is None:
            dashboard.notices.withdraw()
        else:
            dashboard.notices.announce(notice)
        until(lambda: board.notice == notice, "the notice")

    yield announce
    announce(None)
    dashboard.trial.robot["stopped"] = False


@pytest.mark.parametrize("role", [StudyRole.OWNER, Role.ADMINISTRATOR], ids=str)
def test_what_changes_something_is_refused_and_what_a_running_trial_needs_is_not(
    dashboard: TestDashboard, maintained, role: Role | StudyRole
) -> None:
    client = signed_in(dashboard, role)
    token, views = csrf_of(client), dashboard.dashboard.app.view_functions
    values = {**VALUES, "trial_id": stored_trial(dashboard), "participant_id": dashboard.add_participant()}
    maintained(NOTICE)
    wrong, refused = [], 0
    for rule in rules(dashboard):
        needed = views[rule.endpoint].permission
        if needed == PUBLIC or not may(dashboard, role, needed):
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            path = filled(rule, values)
            answer = client.open(path, method=method, headers={"X-CSRFToken": token})
            closed = answer.status_code == 503 and b"Upgrade to 1.2. No new" in answer.data.replace(
                b"&#39;", b"'"
            )
            closed = closed or (answer.status_code == 503 and b"being maintained" in answer.data)
            members = role is not Role.ADMINISTRATOR and needed not in RUNNING
            expected = method != "GET" and (members or needed is Permission.TRIAL_START)
            refused += closed
            if closed != expected:
                wrong.append((method, path, answer.status_code, expected))
    assert wrong == []
    assert refused > (2 if role is Role.ADMINISTRATOR else 20)


def test_a_refusal_says_until_when_for_people_and_programs(dashboard: TestDashboard, maintained) -> None:
    begins = datetime.now(timezone.utc)
    maintained(Notice(starts_at=begins, ends_at=begins + timedelta(minutes=30), message="Upgrade to 1.2"))
    client = signed_in(dashboard, StudyRole.RESEARCHER)
    headers = {"X-CSRFToken": csrf_of(client)}
    told = client.post("/api/v1/studies", json={"name": "New"}, headers=headers)
    assert (told.status_code, told.get_json()["code"]) == (503, "maintenance")
    assert 1000 < int(told.headers["Retry-After"]) <= 1800
    assert "until about" in told.get_json()["detail"]
    page = client.post("/studies", data={"name": "New"}, headers=headers)
    assert page.status_code == 503
    assert "until about" in page.get_data(as_text=True)
    start = client.post("/start/greeting", data={}, headers=headers)
    assert "no new trial starts before it is over" in start.get_data(as_text=True)


def test_every_page_and_health_say_it_and_readiness_stays(dashboard: TestDashboard, maintained) -> None:
    client = signed_in(dashboard, StudyRole.OBSERVER)
    assert client.get("/notice").get_json() == {"phase": "", "title": "", "words": ""}
    maintained(SOON)
    told = dashboard.dashboard.app.test_client().get("/notice").get_json()
    assert told["phase"] == "announced"
    for path in ("/", "/robots/default", "/sign-in", "/account"):
        page = client.get(path).get_data(as_text=True)
        assert told["title"] in page, path
    ready = client.get("/api/ready")
    assert ready.status_code == 200
    assert ready.get_json()["checks"]["maintenance"] == {
        **ready.get_json()["checks"]["maintenance"], "status": "ok", "detail": told["title"],
    }  # fmt: skip
    maintained(NOTICE)
    for path in ("/api/ready", "/api/health"):
        found = client.get(path).get_json()["checks"]["maintenance"]
        assert (found["status"], found["detail"][:18]) == ("warning", "Maintenance, until")
    assert client.get("/api/ready").status_code == 200
    assert client.get("/notice").get_json()["phase"] == "on"
    # Whoever has a right to look in still comes in.
    assert signed_in(dashboard, StudyRole.OBSERVER).get("/").status_code == 200


def test_what_is_known_outlives_database_and_process(
    tmp_path: Path, database_owner_url: str, database: Database
) -> None:
    run = DataFolder(tmp_path).run
    owner = Database.open(DatabaseSettings(database_owner_url, max_size=1))
    PostgresNotices(owner).announce(NOTICE)
    owner.close()
    board = NoticeBoard(PostgresNotices(database), run)
    assert board.in_force is None
    board.look()
    assert board.in_force == NOTICE
    dead = Database.open(DatabaseSettings("postgresql://x@127.0.0.1:1/x", wait_s=0.1))
    after = NoticeBoard(PostgresNotices(dead), run)
    assert after.in_force == NOTICE
    after.look()
    assert after.in_force == NOTICE
    dead.close()


def test_a_machine_forgets_it_when_the_database_says_so(tmp_path: Path) -> None:
    write_notice(tmp_path, NOTICE)
    board = NoticeBoard(MemoryNotices(), tmp_path)
    assert board.in_force == NOTICE
    board.look()
    assert board.notice is None
    assert read_notice(tmp_path) is None

"""Suspicious activity from the refusal to the closed case: trail, page, letters, figures."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from hristudio_core.mail import MemoryMailer, Post, SmtpMailer
from hristudio_core.ops.settings import MailSecurity, MailSettings
from hristudio_core.store import (
    AuditRecord,
    Database,
    DatabaseSettings,
    DatabaseUnavailable,
    MemoryAccounts,
    MemoryAudit,
    PostgresAccounts,
    PostgresAudit,
    Role,
    StudyRole,
)
from hristudio_core.suspicion import KEPT, RULES, Kind
from hristudio_web.lookout import BETWEEN_LETTERS, Lookout
from hristudio_web.refusals import MOST, MOST_NAMED, Refusals
from hristudio_web.suspicious import MOST_SHOWN
from tests.servers.dashboard import TestDashboard
from tests.servers.mail import MailServer
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_metrics import value
from tests.unit.web.test_robots_trial import send, socket_of
from tests.unit.web.test_second_factor import half_way, post, turned_on

GOOD = "seven lanterns over the harbour"
SENDER = "HRIStudio <studio@lab.example>"
ADDRESSES = itertools.count(1)
ENOUGH = RULES[Kind.ACCESS].least


def mailer_at(server: MailServer) -> SmtpMailer:
    return SmtpMailer(
        MailSettings(host="127.0.0.1", port=server.port, sender=SENDER, security=MailSecurity.NONE)
    )


@pytest.fixture
def dashboard(tmp_path: Path, mail_server: MailServer) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path, mailer_at(mail_server))
    wizard = made.people[StudyRole.WIZARD]
    made.credentials.set(wizard.id, made.passwords.hash(GOOD))
    yield made
    made.close()


@pytest.fixture
def administrator(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, Role.ADMINISTRATOR)


def guess(dashboard: TestDashboard, times: int, email: str = "wizard@lab.example") -> str:
    """Try wrong passwords from an address of its own; give that."""
    client = dashboard.dashboard.app.test_client()
    client.environ_base["REMOTE_ADDR"] = address = f"10.9.0.{next(ADDRESSES)}"
    token = csrf_of(client)
    for _ in range(times):
        form = {"csrf_token": token, "email": email, "password": "wrong"}
        assert client.post("/sign-in", data=form).status_code == 401
    return address


def cases(dashboard: TestDashboard) -> dict[Kind, int]:
    """Have the dashboard look; give how many times each case counts."""
    dashboard.dashboard.lookout.look()
    return {case.suspicion.kind: case.suspicion.count for case in dashboard.dashboard.lookout.open}


def close(client: FlaskClient, number: int, note: str = "") -> str:
    form = {"csrf_token": csrf_of(client), "note": note}
    answer = client.post(f"/audit/suspicions/{number}/acknowledge", data=form, follow_redirects=True)
    assert answer.status_code == 200
    return answer.text


def test_from_wrong_passwords_to_a_closed_case(
    dashboard: TestDashboard, administrator: FlaskClient, mail_server: MailServer
) -> None:
    wizard = dashboard.people[StudyRole.WIZARD]
    address = guess(dashboard, 4)
    assert cases(dashboard) == {}
    assert 'data-testid="case-' not in administrator.get("/audit").text
    guess(dashboard, 8)
    with capture_logs() as logs:
        assert cases(dashboard) == {Kind.GUESSING: 12, Kind.LOCKED: 8}
    told = [one for one in logs if one["event"] == "suspicious activity"]
    assert {(one["kind"], one["subject"], one["count"]) for one in told} == {
        ("guessing", f"account:{wizard.id}", 12), ("locked", f"account:{wizard.id}", 8),
    }  # fmt: skip
    shown = administrator.get("/audit").text
    assert "12 refused sign-ins, from 2 network addresses" in shown
    assert f"/audit?object=account:{wizard.id}&amp;what=session.refused" in shown
    assert f"/users/{wizard.id}/disable" in shown
    assert 'data-testid="suspicious">2' in administrator.get("/").text
    # Once: whoever looks again raises nothing, and writes nothing.
    cases(dashboard)
    assert len(dashboard.audit.page(action="suspicion.guessing")) == 1
    until(lambda: len(mail_server.letters) == 1, "a letter")
    [letter] = mail_server.letters
    assert (mail_server.recipients, letter["Subject"]) == (
        ["administrator@lab.example"], "HRIStudio, suspicious activity: 2 cases to look at",
    )  # fmt: skip
    text = letter.get_content()
    assert "(Wizard): 12 refused sign-ins since" in text
    assert address not in text
    assert "wizard@lab.example" not in text
    # It goes on while it is open: no second case, and the page says so.
    guess(dashboard, 3)
    cases(dashboard)
    assert "It goes on: 3 more since it was raised" in administrator.get("/audit").text
    for case in dashboard.dashboard.lookout.open:
        assert "That case is closed." in close(administrator, case.id, "  a forgotten password ")
    assert dashboard.dashboard.lookout.open == ()
    assert cases(dashboard) == {}
    [newest, _] = dashboard.audit.page(action="suspicion.acknowledged")
    assert (newest.account_id, newest.detail) == (
        dashboard.people[Role.ADMINISTRATOR].id, {"note": "a forgotten password"},
    )  # fmt: skip
    assert "case-" not in administrator.get("/audit").text
    # What comes after it was closed counts anew.
    guess(dashboard, 10)
    assert cases(dashboard) == {Kind.GUESSING: 10, Kind.LOCKED: 10}
    assert len(dashboard.audit.page(action="suspicion.guessing")) == 2


def test_a_case_is_closed_once(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    guess(dashboard, 5)
    cases(dashboard)
    [case] = dashboard.dashboard.lookout.open
    assert "is closed" in close(administrator, case.id)
    for gone in (case.id, case.id + 1, 1, 10**20):
        assert "Somebody has looked at that case already" in close(administrator, gone)
    assert len(dashboard.audit.page(action="suspicion.acknowledged")) == 1
    assert dashboard.audit.page(action="suspicion.acknowledged")[0].detail == {}


def test_what_was_refused_until_a_case_is_closed_counts_no_more(
    dashboard: TestDashboard, administrator: FlaskClient
) -> None:
    owner = dashboard.people[StudyRole.OWNER].id
    token, made = dashboard.tokens.issue(owner, "nightly", ["trial.list"], timedelta(days=1))
    dashboard.tokens.revoke(owner, made.id)
    client, headers = dashboard.dashboard.app.test_client(), {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/trials", headers=headers).status_code == 401
    assert cases(dashboard) == {Kind.SPENT: 1}
    [case] = dashboard.dashboard.lookout.open
    # Gathered, and on no record yet.
    assert client.get("/api/v1/trials", headers=headers).status_code == 401
    close(administrator, case.id)
    assert cases(dashboard) == {}
    assert sum(one.detail["times"] for one in dashboard.audit.page(action="token.refused")) == 2


def test_all_that_were_seen_are_closed_at_once(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    for number in range(MOST_SHOWN + 5):
        dashboard.audit.record("session.refused", subject=f"account:{number}", detail={"locked": True})
    cases(dashboard)
    shown = administrator.get("/audit").text
    assert shown.count('data-testid="case-') == MOST_SHOWN
    assert f"There are {MOST_SHOWN + 5}, the newest are shown" in shown
    newest = dashboard.dashboard.lookout.open[0].id
    # One more, which nobody has seen yet.
    dashboard.audit.record("session.refused", subject="account:late", detail={"locked": True})
    cases(dashboard)
    form = {"csrf_token": csrf_of(administrator), "newest": newest, "note": "a test"}
    answer = administrator.post("/audit/suspicions/acknowledge", data=form, follow_redirects=True)
    assert f"{MOST_SHOWN + 5} cases are closed" in answer.text
    assert [case.suspicion.subject for case in dashboard.dashboard.lookout.open] == ["account:late"]
    assert len(dashboard.audit.page(action="suspicion.acknowledged", limit=100)) == MOST_SHOWN + 5
    for made_up in ("", "x", "9" * 400, "-1"):
        form = {"csrf_token": csrf_of(administrator), "newest": made_up}
        assert administrator.post("/audit/suspicions/acknowledge", data=form).status_code == 303


def test_who_gets_in_after_all_is_told(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    guess(dashboard, 10)
    cases(dashboard)
    words = "Somebody has signed in to this account since"
    assert words not in administrator.get("/audit").text
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    shown = administrator.get("/audit").text
    assert words in shown
    assert f"from {wizard.environ_base['REMOTE_ADDR']}." in shown


def test_only_administrators_close_cases(dashboard: TestDashboard) -> None:
    guess(dashboard, 5)
    cases(dashboard)
    [case] = dashboard.dashboard.lookout.open
    owner = signed_in(dashboard, StudyRole.OWNER)
    path = f"/audit/suspicions/{case.id}/acknowledge"
    assert owner.post(path, data={"csrf_token": csrf_of(owner)}).status_code == 403
    assert signed_in(dashboard, Role.ADMINISTRATOR).post(path).status_code == 400, "no CSRF token"
    assert dashboard.dashboard.lookout.book().open == (case,)
    assert 'data-testid="suspicious"' not in owner.get("/").text


def test_one_address_that_tries_many_accounts(
    dashboard: TestDashboard, administrator: FlaskClient, mail_server: MailServer
) -> None:
    client = dashboard.dashboard.app.test_client()
    client.environ_base["REMOTE_ADDR"] = "2001:db8::7"
    token = csrf_of(client)
    with capture_logs() as logs:
        for role in (*StudyRole, Role.ADMINISTRATOR):
            form = {"csrf_token": token, "email": f"{role.value}@lab.example", "password": "Summer2026"}
            assert client.post("/sign-in", data=form).status_code == 401
        assert cases(dashboard) == {Kind.SPRAYING: 5}
    shown = administrator.get("/audit").text
    assert "<strong>2001:db8::7</strong>" in shown
    assert "/audit?address=2001:db8::7&amp;what=session.refused" in shown
    filtered = administrator.get("/audit?address=2001:db8::7&what=session.refused").text
    assert filtered.count("<code>session.refused</code>") == 5
    until(lambda: mail_server.letters, "a letter")
    # Addresses belong to people: the trail has them, letters and logs do not.
    assert "2001:db8::7" not in mail_server.letters[0].as_string()
    assert "2001:db8::7" not in repr([one for one in logs if one["event"] == "suspicious activity"])


def test_a_right_password_and_wrong_codes(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    turned_on(signed_in(dashboard, StudyRole.WIZARD))
    for _ in range(RULES[Kind.SECOND_FACTOR].least):
        assert post(half_way(dashboard), "/sign-in/code", code="none").status_code == 401
    # Whoever knows the password guesses none, and comes from nowhere strange.
    assert cases(dashboard) == {Kind.SECOND_FACTOR: 5}
    assert "5 wrong codes, from " in administrator.get("/audit").text


def test_strangers_and_proofs(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    guess(dashboard, RULES[Kind.STRANGERS].least, "nobody@lab.example")
    headers = {"X-CSRFToken": csrf_of(administrator)}
    for _ in range(RULES[Kind.PROOF].least):
        assert (
            administrator.post("/api/v1/me/proof", json={"proof": "wrong"}, headers=headers).status_code
            == 422
        )
    assert cases(dashboard) == {Kind.STRANGERS: 20, Kind.PROOF: 5}
    # One's own account: nobody disables themselves.
    shown = administrator.get("/audit").text
    assert f"/users/{dashboard.people[Role.ADMINISTRATOR].id}/disable" not in shown


def test_what_an_account_may_not_do_is_counted_by_pages_api_and_sockets(
    dashboard: TestDashboard, administrator: FlaskClient
) -> None:
    observer = signed_in(dashboard, StudyRole.OBSERVER)
    me = dashboard.people[StudyRole.OBSERVER].id
    for _ in range(ENOUGH - 6):
        assert observer.get("/users").status_code == 403
    for _ in range(5):
        assert observer.get("/api/v1/audit").status_code == 403
    assert cases(dashboard) == {}
    [page, *_] = gathered = dashboard.audit.page(action="access.refused")
    assert sum(one.detail["times"] for one in gathered) == ENOUGH - 1
    assert {what for one in gathered for what in one.detail["what"]} == {"account.manage", "audit.read"}
    assert (page.account_id, page.object, page.address) == (
        me, f"account:{me}", observer.environ_base["REMOTE_ADDR"],
    )  # fmt: skip
    socket = socket_of(dashboard, observer)
    assert send(socket, "stop", reason="")["code"] == "forbidden"
    assert cases(dashboard) == {Kind.ACCESS: ENOUGH}
    assert dashboard.audit.page(action="access.refused")[0].detail == {"times": 1, "what": ["robot.stop"]}
    assert f"{ENOUGH} refused requests" in administrator.get("/audit").text


def test_the_use_of_a_revoked_token_is_noticed(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    owner = dashboard.people[StudyRole.OWNER].id
    client = dashboard.dashboard.app.test_client()
    token, made = dashboard.tokens.issue(owner, "nightly", ["trial.list"], timedelta(days=1))
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/trials", headers=headers).status_code == 200
    dashboard.tokens.revoke(owner, made.id)
    assert cases(dashboard) == {}
    for _ in range(3):
        assert client.get("/api/v1/trials", headers=headers).status_code == 401
    assert cases(dashboard) == {Kind.SPENT: 3}
    [record] = dashboard.audit.page(action="token.refused")
    assert (record.object, record.detail) == (
        f"account:{owner}", {"times": 3, "what": [f"revoked token {made.id}"]},
    )  # fmt: skip
    assert "A program brings a token that was revoked" in administrator.get("/audit").text
    # And of some that never were any.
    strange = {"Authorization": "Bearer made-up"}
    for _ in range(RULES[Kind.UNKNOWN_TOKENS].least):
        assert client.get("/api/v1/me", headers=strange).status_code == 401
    assert cases(dashboard)[Kind.UNKNOWN_TOKENS] == RULES[Kind.UNKNOWN_TOKENS].least
    assert token not in repr(dashboard.audit.page(limit=1000))


def test_a_thousand_refusals_are_few_records(dashboard: TestDashboard) -> None:
    observer = signed_in(dashboard, StudyRole.OBSERVER)
    for _ in range(1000):
        observer.get("/api/v1/audit")
    dashboard.dashboard.lookout.look()
    assert [one.detail["times"] for one in dashboard.audit.page(action="access.refused")] == [1000]


def test_a_dashboard_looks_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hristudio_web.lookout.EVERY_S", 0.05)
    made = TestDashboard(tmp_path, looks_out=True)
    client = signed_in(made, StudyRole.OBSERVER)
    for _ in range(ENOUGH):
        client.get("/users")
    until(lambda: made.dashboard.lookout.open, "a case")
    made.close()


def test_a_look_that_fails_is_told_and_is_not_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hristudio_web.lookout.EVERY_S", 0.05)
    looks: list[int] = []
    look = Lookout.look

    def fail_once(lookout: Lookout) -> None:
        looks.append(1)
        if len(looks) == 1:
            raise KeyError("a detail of a later release")
        look(lookout)

    monkeypatch.setattr(Lookout, "look", fail_once)
    with capture_logs() as logs:
        made = TestDashboard(tmp_path, looks_out=True)
        until(lambda: len(looks) > 1, "another look")
        made.close()
    assert [one["log_level"] for one in logs if one["event"] == "suspicious activity"] == ["error"]


def test_the_figures_tell_what_is_open(dashboard: TestDashboard) -> None:
    client = dashboard.dashboard.app.test_client()
    assert value(client, "hristudio_suspicions_open", kind="guessing") == 0
    guess(dashboard, 10)
    cases(dashboard)
    assert value(client, "hristudio_suspicions_open", kind="guessing") == 1
    assert value(client, "hristudio_suspicions_open", kind="access") == 0


def test_browsers_of_an_account_are_signed_out_by_an_administrator(
    dashboard: TestDashboard, administrator: FlaskClient
) -> None:
    wizard, person = signed_in(dashboard, StudyRole.WIZARD), dashboard.people[StudyRole.WIZARD]
    assert wizard.get("/").status_code == 200
    answer = administrator.post(f"/users/{person.id}/sign-out", data={"csrf_token": csrf_of(administrator)})
    assert answer.status_code == 303
    assert wizard.get("/").status_code == 401
    newest = dashboard.audit.page(action="session.ended_all")[0]
    assert (newest.account_id, newest.object) == (
        dashboard.people[Role.ADMINISTRATOR].id, f"account:{person.id}",
    )  # fmt: skip
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    path, headers = f"/api/v1/users/{person.id}/sessions", {"X-CSRFToken": csrf_of(administrator)}
    assert administrator.delete(path, headers=headers).status_code == 204
    assert wizard.get("/").status_code == 401


def test_processes_find_the_same_and_one_of_them_tells(
    database: Database, database_url: str, mail_server: MailServer
) -> None:
    """Each with a pool of its own, at the same moment, over and over."""
    other = Database.open(DatabaseSettings(database_url, max_size=2))
    accounts = PostgresAccounts(database)
    accounts.create("boss@lab.example", "Boss", Role.ADMINISTRATOR)
    accounts.change(accounts.create("old@lab.example", "Old", Role.ADMINISTRATOR).id, disabled=True)
    ada = accounts.create("ada@lab.example", "Ada", Role.MEMBER)
    audit = PostgresAudit(database)
    for _ in range(12):
        audit.record(
            "session.refused", subject=f"account:{ada.id}", detail={"locked": False}, address="10.0.0.1"
        )
    post = Post(mailer_at(mail_server))
    post.start()
    pools = [database, other] * 2
    lookouts = [
        Lookout(
            PostgresAudit(pool),
            Refusals(PostgresAudit(pool)),
            PostgresAccounts(pool),
            post,
            "https://x/audit",
        )
        for pool in pools
    ]
    with ThreadPoolExecutor(len(lookouts)) as threads:
        for _ in range(5):
            list(threads.map(Lookout.look, lookouts))
    assert [[case.suspicion.count for case in one.open] for one in lookouts] == [[12]] * 4
    assert len({one.open for one in lookouts}) == 1
    assert len(audit.page(action="suspicion.guessing")) == 1
    assert len(audit.page(action="suspicion.told")) == 1
    post.stop()
    until(lambda: mail_server.letters, "a letter")
    assert mail_server.recipients == ["boss@lab.example"]
    assert "at https://x/audit" in mail_server.letters[0].get_content()
    other.close()


class Clock:
    """Runs as it is told."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead


class Desk:
    """A lookout with its trail, and the letters that it writes at once."""

    def __init__(self) -> None:
        self.mailer, self.clock = MemoryMailer(), Clock()
        self.audit = MemoryAudit(self.clock)
        accounts = MemoryAccounts()
        accounts.create("boss@lab.example", "Boss", Role.ADMINISTRATOR)
        self.refusals = Refusals(self.audit)
        self.lookout = Lookout(self.audit, self.refusals, accounts, self)  # type: ignore[arg-type]

    def put(self, write: object) -> None:
        self.mailer.send(write())  # type: ignore[operator]

    def lock(self, *accounts: int) -> None:
        for number in accounts:
            self.audit.record("session.refused", subject=f"account:{number}", detail={"locked": True})
        self.lookout.look()


def test_a_flood_of_cases_is_no_flood_of_letters() -> None:
    desk = Desk()
    desk.lock(0)
    for number in range(1, 30):
        desk.lock(number)
    assert len(desk.lookout.open) == 30
    assert [letter.subject for letter in desk.mailer.sent] == [
        "HRIStudio, suspicious activity: An account was locked by wrong passwords"
    ]
    desk.clock.ahead = BETWEEN_LETTERS - timedelta(minutes=1)
    desk.lookout.look()
    assert len(desk.mailer.sent) == 1
    desk.clock.ahead = BETWEEN_LETTERS + timedelta(minutes=1)
    desk.lookout.look()
    desk.lookout.look()
    assert len(desk.mailer.sent) == 2
    assert "29 cases to look at" in desk.mailer.sent[1].subject
    assert desk.mailer.sent[1].text.count("\n* ") == 20
    assert "...and 9 more." in desk.mailer.sent[1].text


def test_a_case_that_nobody_looks_at_comes_up_again_after_a_day() -> None:
    desk = Desk()
    desk.lock(1)
    desk.lock(1)
    assert len(desk.mailer.sent) == 1
    desk.clock.ahead = timedelta(hours=25)
    desk.lock(1)
    assert len(desk.mailer.sent) == 2
    assert len(desk.lookout.open) == 1
    assert len(desk.audit.page(action="suspicion.locked")) == 2


def test_what_was_raised_and_told_long_ago_holds_nothing_back() -> None:
    desk = Desk()
    desk.lock(1)
    [before] = desk.lookout.open
    desk.clock.ahead = KEPT + timedelta(days=1)
    desk.lookout.look()
    assert desk.lookout.open == ()
    desk.lock(1)
    [case] = desk.lookout.open
    assert case.id > before.id
    assert len(desk.mailer.sent) == 2


def test_while_the_trail_is_away_nothing_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.lock(1)
    refused = {"account_id": "a", "subject": "account:a"}

    def away(*_: object, **__: object) -> AuditRecord:
        raise DatabaseUnavailable("away")

    for name in ("record", "lately"):
        monkeypatch.setattr(desk.audit, name, away)
    for number in range(MOST + 5):
        desk.refusals.note("access.refused", f"p{number}", address=f"10.0.0.{number}", **refused)
    with capture_logs() as logs:
        desk.lookout.look()
        desk.lookout.look()
    assert len(desk.lookout.open) == 1
    assert [one["event"] for one in logs].count("suspicious activity cannot be looked for") == 1
    monkeypatch.undo()
    desk.lookout.look()
    kept = desk.audit.page(action="access.refused", limit=MOST + 5)
    assert sum(one.detail["times"] for one in kept) == MOST + 5
    # Beyond so many addresses they are not told apart any more.
    assert len(kept) == MOST + 1
    assert len(next(one for one in kept if not one.address).detail["what"]) <= MOST_NAMED
    assert Kind.ACCESS in {case.suspicion.kind for case in desk.lookout.open}


def test_what_was_refused_last_is_kept_when_a_process_ends(dashboard: TestDashboard) -> None:
    observer = signed_in(dashboard, StudyRole.OBSERVER)
    assert observer.get("/users").status_code == 403
    dashboard.dashboard.lookout.stop()
    assert dashboard.audit.page(action="access.refused")

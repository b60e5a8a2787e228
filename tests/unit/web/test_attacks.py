"""What attackers try, on every page, form and route that there is: new ones are tried as they come."""

import io
import itertools
import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask.testing import FlaskClient
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from werkzeug.routing import Rule

from hristudio_core.store import LAB_BENCH, Database, Role, StudyRole, check
from hristudio_web.entrance import safe_next
from hristudio_web.guard import PUBLIC
from hristudio_web.persons import Person
from hristudio_web.security import HEADERS
from tests.servers.crawler import Crawler, Document
from tests.servers.dashboard import TestDashboard
from tests.servers.postgres import DatabaseUrls
from tests.servers.waiting import WAIT_S
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_routes import stored_trial

STARTS = (
    "/",
    "/start",
    "/account",
    "/users",
    "/audit",
    "/account/second-factor",
    f"/studies/{LAB_BENCH}/plan",
)
SCRIPTS = (
    "hri\"'><hri onhri=x></textarea></title><script>hri()</script>{{7*7}}hri",
    "javascript:hri()//",
    "hri<svg/onhri=x>@lab.example",
)
STATEMENTS = (
    "'; DROP TABLE account; -- %s %(id)s {0}",
    "' OR '1'='1",
    "%' UNION SELECT password_hash, password_hash FROM credential --",
    "x\0y",
    "9" * 400 + "\u202e\ufffe\U0010ffff",
)
LONGEST_BODY = 256 * 1024


def rules(dashboard: TestDashboard) -> Iterator[tuple[Rule, str, str]]:
    """Give every route with a path and a method that reaches it."""
    values = {
        "name": "default",
        "flag": "camera",
        "trial_id": stored_trial(dashboard),
        "study_id": LAB_BENCH,
        "number": "1",
        "older": "1",
    }
    for rule in dashboard.dashboard.app.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            for spelt in (f"<{argument}>", f"<path:{argument}>", f"<int:{argument}>"):
                path = path.replace(spelt, values.get(argument, str(uuid.uuid4())))
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule, path, method


def dangers(page: Document) -> list[str]:
    """Give what a browser would obey of what somebody typed."""
    found = []
    for tag, given in page.tags:
        if tag == "hri" or any("onhri" in name for name in given):
            found.append(f"<{tag}>")
        links = (given.get(name, "") for name in ("href", "src", "action", "formaction"))
        found.extend(link for link in links if link.strip().lower().startswith(("javascript:", "data:")))
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            found.append("inline script")
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            found.append(f"inline {tag}")
    return found + (["computed"] if "49hri" in page.text else [])


@pytest.fixture(scope="module")
def administrator(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, Role.ADMINISTRATOR)


@pytest.fixture
def spoilt(tmp_path: Path) -> Iterator[TestDashboard]:
    """A dashboard for one test, which changes what others would miss."""
    made = TestDashboard(tmp_path)
    yield made
    made.close()


def test_nothing_typed_anywhere_is_ever_obeyed(spoilt: TestDashboard) -> None:
    stored_trial(spoilt, participant=SCRIPTS[0])
    spoilt.add_participant()
    visitor = Crawler(signed_in(spoilt, Role.ADMINISTRATOR))
    found: dict[str, list[str]] = {}
    sent = 0
    for form, typed in itertools.product(visitor.forms(STARTS), SCRIPTS):
        answer = visitor.send(form, typed)
        sent += 1
        assert answer.status_code < 500, (form, typed)
        assert answer.status_code != 429, form
        if answer.mimetype == "text/html":
            found[f"{form.path} <- {typed}"] = dangers(Document(form.path, answer.text))
    assert sent > 30
    spoilt.add_participant(condition=SCRIPTS[0], person=Person(SCRIPTS[0], SCRIPTS[2], SCRIPTS[0]))
    # What was kept shows up on pages of everybody.
    for role in (Role.ADMINISTRATOR, StudyRole.RESEARCHER, StudyRole.OBSERVER):
        walker = Crawler(signed_in(spoilt, role))
        found |= {f"{role} {page.at}": dangers(page) for page in walker.pages(STARTS)}
    assert {where: what for where, what in found.items() if what} == {}
    assert any(where.endswith("/person") for where in found)
    assert any(SCRIPTS[0][:3] in one.name for one in spoilt.accounts.all())


def test_no_address_reflects_what_it_holds(administrator: FlaskClient) -> None:
    visitor = Crawler(administrator)
    participants = f"/studies/{LAB_BENCH}/participants"
    for path in (
        "/sign-in?next=",
        "/?participant=",
        "/audit?who=",
        "/users?q=",
        "/sign-in/",
        "/start/",
        f"{participants}?q=",
        f"{participants}?condition=",
        f"{participants}/",
    ):
        answer = visitor.get(path + SCRIPTS[0].replace("/", "%2F"))
        assert dangers(Document(path, answer.text)) == [], path


def test_no_statement_typed_anywhere_reaches_the_database(
    tmp_path: Path, database: Database, database_urls: DatabaseUrls
) -> None:
    served = TestDashboard(tmp_path, database=database)
    try:
        visitor = Crawler(signed_in(served, Role.ADMINISTRATOR))
        people = {one.email for one in served.accounts.all()}
        starts = (*STARTS, "/sign-in", "/forgot")
        failed = [
            (form.path, typed)
            for form, typed in itertools.product(visitor.forms(starts), STATEMENTS)
            if visitor.send(form, typed).status_code >= 500
        ]
        assert failed == []
        strangers = {one.email for one in served.accounts.all()} - people
        # `invite` takes any address with an @; none of these is one.
        assert strangers == set()
        client = served.dashboard.app.test_client()
        form = {"csrf_token": csrf_of(client), "email": "' OR '1'='1' --", "password": "' OR '1'='1"}
        assert client.post("/sign-in", data=form).status_code == 401
        found = visitor.get("/?participant=' OR '1'='1").text
        assert "' OR &#39;1" not in found
    finally:
        served.close()
    check(database_urls.owner)
    with psycopg.connect(database_urls.owner) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone()[0] > 0


def test_ids_in_addresses_are_only_ever_ids(tmp_path: Path, database: Database) -> None:
    served = TestDashboard(tmp_path, database=database)
    try:
        visitor = Crawler(signed_in(served, Role.ADMINISTRATOR))
        broken = []
        for rule in served.dashboard.app.url_map.iter_rules():
            if "GET" not in rule.methods or not rule.arguments or rule.endpoint == "static":
                continue
            for typed in ("' OR '1'='1", "%00", "..%2f..%2fetc%2fpasswd", "%ff"):
                path = rule.rule
                for argument in rule.arguments:
                    path = path.replace(f"<{argument}>", typed)
                answer = visitor.get(path)
                if answer.status_code >= 500 or b"root:" in answer.data:
                    broken.append((path, answer.status_code))
        assert broken == []
    finally:
        served.close()


def test_no_form_of_another_site_is_taken(dashboard: TestDashboard) -> None:
    client = signed_in(dashboard, Role.ADMINISTRATOR)
    other = csrf_of(dashboard.dashboard.app.test_client())
    taken = []
    for rule, path, method in rules(dashboard):
        if method == "GET" or "ticket" in rule.arguments:
            # A signed link does without a cookie, so a form that brings one along gains nothing.
            continue
        for headers in ({}, {"X-CSRFToken": other}, {"Origin": "https://evil.example"}):
            for body in ({"data": {"name": "x"}}, {"json": {"reason": "x"}}):
                answer = client.open(path, method=method, headers=headers, **body)
                if answer.status_code != 400:
                    taken.append((path, headers, answer.status_code))
    assert taken == []
    assert client.get("/account").status_code == 200


def test_every_answer_carries_the_headers(dashboard: TestDashboard, administrator: FlaskClient) -> None:
    without = []
    for _, path, method in rules(dashboard):
        if method != "GET":
            continue
        answer = administrator.get(path)
        without += [(path, name) for name, value in HEADERS.items() if answer.headers.get(name) != value]
        if answer.mimetype in {"text/html", "application/json"} and "/static/" not in path:
            assert answer.headers["Cache-Control"] == "no-store", path
    assert without == []
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Server" not in administrator.get("/").headers


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0a/evil.example\n",
        "javascript:alert(1)",
        "http:evil.example",
        "///evil.example",
        " //evil.example",
        "evil.example",
        "",
    ],
)
def test_no_address_leads_off_the_dashboard(address: str) -> None:
    assert safe_next(address) == "/"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/static//etc/passwd",
        "/static/....//app.py",
        "/start/..%2f..%2fetc%2fpasswd",
        "/start/%2e%2e",
        "/trials/..%2f..%2fetc%2fpasswd",
        "/robots/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_path_leads_out_of_its_folder(administrator: FlaskClient, path: str) -> None:
    answer = administrator.get(path)
    assert answer.status_code in {308, 404}
    assert b"root:" not in answer.data
    assert b"create_app" not in answer.data


def test_what_belongs_to_one_study_is_out_of_reach_of_another(dashboard: TestDashboard) -> None:
    """An owner of another study has no right here, whatever address they know.

    Of a robot that runs a trial: `test_robots_trial.py`.
    """
    other = str(uuid.uuid4())
    dashboard.accounts.studies.add(other)
    person = dashboard.people[Role.MEMBER]
    dashboard.accounts.join(person.id, other, StudyRole.OWNER)
    trial_id = stored_trial(dashboard, participant="P99")
    client = signed_in(dashboard, Role.MEMBER)
    token = csrf_of(client)
    reached = []
    for rule, path, method in rules(dashboard):
        if "trial_id" not in rule.arguments:
            continue
        answer = client.open(path, method=method, headers={"X-CSRFToken": token}, json={})
        if answer.status_code != 403:
            reached.append((method, path, answer.status_code))
    assert reached == []
    listed = client.get("/?participant=P99")
    assert (listed.status_code, trial_id in listed.text) == (200, False)
    assert client.get("/api/v1/trials").get_json()["trials"] == []
    dashboard.accounts.leave(person.id, other)


@pytest.mark.parametrize("size", [LONGEST_BODY + 1, 8 * 1024 * 1024])
def test_too_much_is_not_read(administrator: FlaskClient, size: int) -> None:
    token = csrf_of(administrator)
    body = {"csrf_token": token, "name": "x" * size}
    assert administrator.post("/account/name", data=body).status_code == 413
    many = {f"field{n}": "x" for n in range(1500)}
    data = {**many, "csrf_token": token, "file": (io.BytesIO(b"x"), "x.yaml", "text/html")}
    answer = administrator.post("/account/name", data=data, content_type="multipart/form-data")
    assert answer.status_code == 413
    headers = {"X-CSRFToken": token}
    deep = "[" * 100_000 + "]" * 100_000
    answer = administrator.post(
        "/api/v1/robots/default/stop", data=deep, headers=headers, content_type="application/json"
    )
    assert answer.status_code in {400, 413, 422}
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\xff", json.dumps({"reason": "x" * 70_000})])
def test_malformed_json_is_told(administrator: FlaskClient, dashboard: TestDashboard, body: str) -> None:
    del dashboard
    answer = administrator.post(
        "/api/v1/robots/default/annotate",
        data=body.encode("latin-1"),
        headers={"X-CSRFToken": csrf_of(administrator)},
        content_type="application/json",
    )
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"


def test_a_file_where_words_belong_is_no_word(administrator: FlaskClient) -> None:
    name = {"csrf_token": csrf_of(administrator), "name": (io.BytesIO(b"x"), "name.html")}
    answer = administrator.post("/account/name", data=name, content_type="multipart/form-data")
    assert (answer.status_code, "A name has" in answer.text) == (422, True)


def test_every_way_in_is_slowed_down(dashboard: TestDashboard) -> None:
    client = dashboard.dashboard.app.test_client()
    token = csrf_of(client)
    views = dashboard.dashboard.app.view_functions
    fast = []
    for rule, path, method in rules(dashboard):
        if method == "GET" or views[rule.endpoint].permission != PUBLIC or path == "/sign-out":
            continue
        if "ticket" in rule.arguments:
            # Nobody comes upon a signature by trying.
            continue
        address = {"REMOTE_ADDR": f"10.55.0.{len(fast) + 1}"}
        statuses = [
            client.post(path, data={"csrf_token": token, "email": "x@y.z"}, environ_overrides=address)
            for _ in range(31)
        ]
        if statuses[-1].status_code != 429:
            fast.append(path)
    assert fast == []


def test_a_foreign_page_opens_no_socket(spoilt: TestDashboard) -> None:
    """The cookie goes along with a socket that another site's page opens: the origin must decide.

    On a dashboard of its own: Flask-SocketIO's test client cuts its server off from real sockets.
    """
    cookie = signed_in(spoilt, StudyRole.WIZARD).get_cookie("hristudio").value
    assert opens(spoilt, spoilt.url, cookie)
    assert not opens(spoilt, "https://evil.example", cookie)
    assert not opens(spoilt, spoilt.url, "none")


def opens(dashboard: TestDashboard, origin: str, cookie: str) -> bool:
    """Try to open a socket as a page of an origin would."""
    address = dashboard.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    headers = {"Cookie": f"hristudio={cookie}"}
    try:
        with connect(
            address, origin=origin, additional_headers=headers, open_timeout=WAIT_S, close_timeout=0.1
        ) as socket:
            # Engine.IO greets first; Socket.IO lets in, or not, when asked to.
            socket.recv(WAIT_S)
            socket.send("40")
            return str(socket.recv(WAIT_S)).startswith("40")
    except (InvalidStatus, ConnectionClosed):
        return False


@pytest.mark.parametrize("cookie", ["", "made-up", ".eJx", "session=1"])
def test_a_forged_cookie_is_nobody(dashboard: TestDashboard, cookie: str) -> None:
    client = dashboard.dashboard.app.test_client()
    client.set_cookie("hristudio", cookie)
    assert client.get("/").status_code == 401

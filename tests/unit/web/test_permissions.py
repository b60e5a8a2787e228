"""Every route and every socket event, for every role and for nobody: the table in `access` alone decides."""

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from hristudio_core.store import LAB_BENCH, Role, StudyRole
from hristudio_web.access import TABLE, Permission, allowed
from hristudio_web.guard import PUBLIC
from hristudio_web.live import EVENTS
from hristudio_web.rights import COLUMNS as ROLES
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_routes import stored_trial

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "dashboard.md"
COLUMNS = (
    (Permission.TRIAL_LIST, Permission.TRIAL_READ),
    (Permission.TRIAL_EXPORT,),
    (Permission.TRIAL_START,),
    (Permission.TRIAL_STEER, Permission.ROBOT_STOP, Permission.ROBOT_RELEASE),
    (Permission.TRIAL_WATCH, Permission.TRIAL_ANNOTATE),
)
NOT_OURS = {"static"}
VALUES = {
    "flag": "camera",
    "name": "default",
    "token": "made-up",
    "study_id": LAB_BENCH,
    "number": "1",
    "older": "1",
    "experiment_id": "none",
}
PEOPLE = [*ROLES.values()]
PAYLOADS: dict[str, dict[str, Any]] = {
    "watch": {},
    "look": {"topic": ""},
    "plot": {"topic": ""},
    "clock": {},
    "skills": {},
    "cameras": {},
    "topics": {},
    "steps": {"trial": "none"},
    "decide": {"trial": "none", "prompt": "none", "option": "none"},
    "control": {"trial": "none", "command": "pause"},
    "intervene": {"trial": "none", "skill": "say"},
    "seat": {"operation": "renew", "seat": "none"},
    "annotate": {"trial": "none", "text": "a note"},
    "stop": {},
    "release": {"reason": "a test"},
}


def may(dashboard: TestDashboard, role: Role | StudyRole, permission: Permission) -> bool:
    return allowed(dashboard.people[role], permission)


def rules(dashboard: TestDashboard) -> list[Rule]:
    return [rule for rule in dashboard.dashboard.app.url_map.iter_rules() if rule.endpoint not in NOT_OURS]


@pytest.fixture(scope="module")
def clients(dashboard: TestDashboard) -> dict[Role | StudyRole | None, FlaskClient]:
    return {
        None: dashboard.dashboard.app.test_client(),
        **{role: signed_in(dashboard, role) for role in PEOPLE if role},
    }


def test_every_permission_stands_in_the_table() -> None:
    assert set(TABLE) == set(Permission)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, *StudyRole], ids=str)
def test_the_guide_says_what_the_table_says(role: Role | StudyRole) -> None:
    row = next(line for line in GUIDE.read_text().splitlines() if line.startswith(f"| {role.value} |"))
    told = [cell.strip() == "yes" for cell in row.strip("|").split("|")[1:]]
    assert told == [all(role in TABLE[permission] for permission in column) for column in COLUMNS]


def test_everybody_is_walked_for() -> None:
    assert set(PEOPLE) == {None, *Role, *StudyRole}


def test_every_event_that_is_listened_to_stands_in_the_table(dashboard: TestDashboard) -> None:
    heard = set(dashboard.dashboard.socketio.server.handlers["/"])
    assert heard - {"connect", "disconnect"} == set(EVENTS)


def test_every_route_says_what_it_needs(dashboard: TestDashboard) -> None:
    views = dashboard.dashboard.app.view_functions
    bare = [rule.rule for rule in rules(dashboard) if not hasattr(views[rule.endpoint], "permission")]
    assert bare == []


def test_only_these_routes_are_open_to_everybody(dashboard: TestDashboard) -> None:
    views = dashboard.dashboard.app.view_functions
    assert sorted(rule.rule for rule in rules(dashboard) if views[rule.endpoint].permission == PUBLIC) == [
        "/api/",
        "/api/health",
        "/api/live",
        "/api/metrics",
        "/api/ready",
        "/api/v1/openapi.json",
        "/forgot",
        "/forgot",
        "/media/<ticket>",
        "/media/<ticket>",
        "/metrics",
        "/notice",
        "/sign-in",
        "/sign-in",
        "/sign-in/<token>",
        "/sign-in/<token>",
        "/sign-in/code",
        "/sign-in/code",
        "/sign-in/with/<provider>",
        "/sign-in/with/<provider>/back",
        "/sign-out",
    ]


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_routes_let_in_whom_the_table_says(
    dashboard: TestDashboard,
    clients: dict[Role | StudyRole | None, FlaskClient],
    role: Role | StudyRole | None,
) -> None:
    client = clients[role]
    token = csrf_of(client)
    values = {
        **VALUES,
        "trial_id": stored_trial(dashboard),
        "participant_id": dashboard.add_participant(),
    }
    wrong = []
    for rule in rules(dashboard):
        needed = dashboard.dashboard.app.view_functions[rule.endpoint].permission
        if needed == PUBLIC:
            continue
        path = filled(rule, values)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            status = client.open(path, method=method, headers={"X-CSRFToken": token}).status_code
            expected = 401 if role is None else 403 if not may(dashboard, role, needed) else None
            if status != expected and (expected or status in {401, 403}):
                wrong.append((method, path, status, expected))
    assert wrong == []
    dashboard.trial.robot["stopped"] = False


def filled(rule: Rule, values: dict[str, str]) -> str:
    """Give an address of a rule."""
    path = rule.rule
    for name, value in values.items():
        path = path.replace(f"<{name}>", value).replace(f"<int:{name}>", value)
    return path


def test_a_token_opens_what_was_ticked_for_it_and_nothing_else(dashboard: TestDashboard) -> None:
    owner = dashboard.people[Role.ADMINISTRATOR].id
    client = dashboard.dashboard.app.test_client()
    values = {**VALUES, "trial_id": stored_trial(dashboard)}
    wrong, addresses = [], itertools.cycle(range(256))
    for granted in Permission:
        token, _ = dashboard.tokens.issue(owner, "walk", [granted.value], timedelta(days=1))
        for rule in rules(dashboard):
            needed = dashboard.dashboard.app.view_functions[rule.endpoint].permission
            if needed in {PUBLIC, granted}:
                continue
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                path = filled(rule, values)
                # From an address each: some are counted by it.
                address = {"REMOTE_ADDR": f"10.77.{next(addresses)}.1"}
                headers = {"Authorization": f"Bearer {token}"}
                status = client.open(
                    path, method=method, headers=headers, environ_overrides=address
                ).status_code
                # Pages take no tokens at all: nobody is signed in there, and forms carry no CSRF token.
                if status != 403 if path.startswith("/api/v1/") else status not in {400, 401}:
                    wrong.append((granted.value, method, path, status))
    assert wrong == []


@pytest.mark.parametrize("role", [*Role, *StudyRole], ids=str)
def test_socket_events_let_in_whom_the_table_says(
    dashboard: TestDashboard, clients: dict[Role | StudyRole | None, FlaskClient], role: Role | StudyRole
) -> None:
    assert set(PAYLOADS) == set(EVENTS)
    socket = dashboard.dashboard.socketio.test_client(
        dashboard.dashboard.app, flask_test_client=clients[role]
    )
    assert socket.is_connected()
    for event, needed in EVENTS.items():
        answer = socket.emit(event, {"robot": "default", **PAYLOADS[event]}, callback=True)
        forbidden = answer.get("code") == "forbidden"
        assert forbidden == (not may(dashboard, role, needed)), (event, answer)
    socket.disconnect()


def test_nothing_an_observer_sends_reaches_the_robot(
    dashboard: TestDashboard, clients: dict[Role | StudyRole | None, FlaskClient]
) -> None:
    reached: list[str] = []
    services = dict(dashboard.graph.services)
    for name, serve in services.items():
        dashboard.graph.services[name] = lambda asked, name=name, serve=serve: (
            reached.append(name) or serve(asked)
        )
    socket = dashboard.dashboard.socketio.test_client(
        dashboard.dashboard.app, flask_test_client=clients[StudyRole.OBSERVER]
    )
    for event, payload in PAYLOADS.items():
        socket.emit(event, {"robot": "default", **payload}, callback=True)
    dashboard.graph.services.update(services)
    # The bridge itself answers rosapi; what it names is only read.
    assert sorted(reached) == [
        "/rosapi/topics",
        "/rosapi/topics_for_type",
        "/skills/list",
        "/trial/annotate",
        "/trial/get_steps",
    ]


def test_nobody_gets_a_socket(
    dashboard: TestDashboard, clients: dict[Role | StudyRole | None, FlaskClient]
) -> None:
    socket = dashboard.dashboard.socketio.test_client(
        dashboard.dashboard.app, flask_test_client=clients[None]
    )
    assert not socket.is_connected()


@pytest.mark.parametrize(
    "payload",
    [
        None,
        5,
        [],
        {},
        {"robot": 5},
        {"robot": "default", "trial": "t", "text": "x" * 4001},
        {"robot": "default", "trial": "t", "text": "x", "actor": "somebody else"},
        {"robot": "default", "trial": "t", "text": "x", "tags": "no list"},
        {"robot": "absent", "trial": "t", "text": "x"},
        {"robot": "default", "trial": "t", "text": "  "},
        {"robot": "default", "trial": "t", "text": "x", "from_ms": float("nan")},
    ],
)
def test_malformed_events_are_refused_with_words(
    dashboard: TestDashboard, clients: dict[Role | StudyRole | None, FlaskClient], payload: object
) -> None:
    socket = dashboard.dashboard.socketio.test_client(
        dashboard.dashboard.app, flask_test_client=clients[StudyRole.WIZARD]
    )
    answer = socket.emit("annotate", payload, callback=True)
    assert not answer["accepted"]
    assert answer["code"] in {"bad_request", "not_found"}
    assert answer["message"]
    socket.disconnect()

"""What the older HRIStudio got wrong and no other file tests; and that the guide names tests for it all."""

import ast
import re
from pathlib import Path

import pytest

import hristudio_web
from hristudio_core.store import StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_permissions import VALUES, filled, rules
from tests.unit.web.test_routes import stored_trial

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "dashboard.md"
TEST = re.compile(r"`(?P<path>tests/[\w/]+\.py)::(?P<name>test_\w+)`")
FAULTS = 9
"""How many there are: see the table in the guide."""
KNOWN = ("password", "password123", "admin", "hristudio", "minio123", "changeme")
RUNS_COMMANDS = {"subprocess", "pty", "multiprocessing", "shlex", "popen2"}
RUNS_TEXT = {"system", "popen", "eval", "exec", "spawnl", "execv"}


def test_opening_a_page_starts_nothing(dashboard: TestDashboard) -> None:
    reached: list[str] = []
    services = dict(dashboard.graph.services)
    for name, serve in services.items():
        dashboard.graph.services[name] = lambda asked, name=name, serve=serve: (
            reached.append(name) or serve(asked)
        )
    client = signed_in(dashboard, StudyRole.WIZARD)
    values = {**VALUES, "trial_id": stored_trial(dashboard)}
    opened = 0
    for rule in rules(dashboard):
        if "GET" in rule.methods:
            opened += client.get(filled(rule, values)).status_code == 200
    client.get("/start/greeting")
    dashboard.graph.services.update(services)
    assert opened > 10
    # Looking is no doing: what there is may be asked for.
    assert {one for one in reached if not one.startswith("/rosapi/")} <= {"/skills/list"}
    assert dashboard.trial.state["phase"] == "idle"
    assert dashboard.audit.page(action="trial.started") == []


def test_no_known_password_opens_anything(dashboard: TestDashboard) -> None:
    people = dashboard.accounts.all()
    assert people
    assert [one.email for one in people if dashboard.credentials.of(one.id)] == []
    for number, password in enumerate(KNOWN):
        for person in people:
            client = dashboard.dashboard.app.test_client()
            form = {"csrf_token": csrf_of(client), "email": person.email, "password": password}
            address = {"REMOTE_ADDR": f"10.88.{number}.1"}
            assert client.post("/sign-in", data=form, environ_overrides=address).status_code == 401


def test_the_web_process_runs_no_commands() -> None:
    found = []
    for path in Path(hristudio_web.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                found += [f"{path.name}: {name}()"] if name in RUNS_TEXT else []
            found += [f"{path.name}: {name}" for name in names if name.partition(".")[0] in RUNS_COMMANDS]
    assert found == []


def rows() -> dict[str, list[tuple[str, str]]]:
    """Give the tests that the guide names for each fault."""
    table = GUIDE.read_text(encoding="utf-8").partition("## Faults")[2].partition("\n## ")[0]
    told = [line.strip("| ").split(" | ") for line in table.splitlines() if re.match(r"\| \d", line)]
    return {cells[0]: TEST.findall(cells[-1]) for cells in told}


def test_every_fault_has_its_tests() -> None:
    numbered = {number.partition(".")[0] for number, tests in rows().items() if tests}
    assert numbered == {str(number) for number in range(1, FAULTS + 1)}
    assert all(rows().values())


@pytest.mark.parametrize("fault", rows())
def test_the_tests_that_the_guide_names_are_there(fault: str) -> None:
    for path, name in rows()[fault]:
        assert (ROOT / path).exists(), path
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), name

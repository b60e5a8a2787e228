"""Studies and their teams, through pages and API; every refusal is the server's."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hristudio_core.store import LAB_BENCH, Account, Role, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in

API = "/api/v1/studies"


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    yield made
    made.close()


@pytest.fixture
def researcher(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, StudyRole.RESEARCHER)


def post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    return client.post(path, data={"csrf_token": csrf_of(client), **form})


def made(client: FlaskClient, name: str = "Gaze") -> str:
    """Make a study by its page; give its address."""
    answer = post(client, "/studies", name=name, description="Does it look?")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """Give the names in the table of studies."""
    rows = client.get(f"/studies{query}").text.split('data-testid="study"')[1:]
    return [row.split("</a>")[0].rpartition(">")[2] for row in rows]


def of(dashboard: TestDashboard, name: str) -> Account:
    return next(one for one in dashboard.accounts.all() if one.name == name)


def test_who_makes_a_study_owns_it(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    study = made(researcher)
    shown = researcher.get(study)
    assert "Does it look?" in shown.text
    assert "Add to the team" in shown.text
    assert "Gaze" in researcher.get("/studies").text
    (record, *_) = dashboard.audit.page(action="study.")
    assert (record.action, record.detail) == ("study.created", {"name": "Gaze"})


def test_others_do_not_see_it(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    study = made(researcher)
    for role in (StudyRole.OWNER, StudyRole.WIZARD, StudyRole.OBSERVER, Role.MEMBER):
        other = signed_in(dashboard, role)
        assert other.get(study).status_code == 403
        assert "Gaze" not in other.get("/studies").text
        assert other.get(f"/?study={study.rpartition('/')[2]}").status_code == 403
    assert "Gaze" in signed_in(dashboard, Role.ADMINISTRATOR).get("/studies").text


@pytest.mark.parametrize("role", [StudyRole.WIZARD, StudyRole.OBSERVER, Role.MEMBER])
def test_not_everybody_makes_studies(dashboard: TestDashboard, role: Role | StudyRole) -> None:
    client = signed_in(dashboard, role)
    assert post(client, "/studies", name="Mine").status_code == 403
    assert dashboard.studies.page().studies[0].id == LAB_BENCH


def test_what_was_typed_stays_when_it_cannot_be_taken(researcher: FlaskClient) -> None:
    answer = post(researcher, "/studies", name=" ", description="A long thought")
    assert answer.status_code == 422
    assert "A study needs a name." in answer.text
    assert "A long thought" in answer.text
    study = made(researcher)
    answer = post(researcher, f"{study}/team", email="nobody@lab.example", role="wizard")
    assert answer.status_code == 422
    assert "nobody@lab.example" in answer.text
    assert "An administrator can invite them" in answer.text


def test_a_team_grows_and_shrinks(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    study = made(researcher)
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    assert wizard.get(study).status_code == 403
    assert post(researcher, f"{study}/team", email=" WIZARD@lab.example", role="observer").status_code == 303
    shown = wizard.get(study)
    assert shown.status_code == 200
    assert "Add to the team" not in shown.text
    member = f"{study}/team/{of(dashboard, 'Wizard').id}"
    assert post(wizard, member, role="owner").status_code == 403
    assert post(researcher, member, role="king").status_code == 422
    assert post(researcher, member, role="owner").status_code == 303
    assert "Add to the team" in wizard.get(study).text
    assert post(researcher, f"{study}/team", email="wizard@lab.example", role="owner").status_code == 422
    assert post(researcher, f"{member}/remove").status_code == 303
    assert wizard.get(study).status_code == 403
    assert post(researcher, f"{member}/remove").status_code == 404


def test_a_study_keeps_an_owner(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    study = made(researcher)
    me = f"{study}/team/{of(dashboard, 'Researcher').id}"
    for answer in (post(researcher, f"{me}/remove"), post(researcher, me, role="wizard")):
        assert answer.status_code == 422
        assert "the only owner" in answer.text
    post(researcher, f"{study}/team", email="wizard@lab.example", role="owner")
    answer = post(researcher, f"{me}/remove")
    assert (answer.status_code, answer.location) == (303, "/")
    assert researcher.get(study).status_code == 403


def test_an_archived_study_is_put_aside_and_taken_up(researcher: FlaskClient) -> None:
    study = made(researcher)
    assert post(researcher, f"{study}/archive").status_code == 303
    assert listed(researcher) == ["Lab bench"]
    assert listed(researcher, "?archived=yes") == ["Gaze"]
    assert "Take the study up again" in researcher.get(study).text
    assert post(researcher, f"{study}/take-up").status_code == 303
    assert listed(researcher) == ["Gaze", "Lab bench"]


def test_the_lab_bench_stays(dashboard: TestDashboard) -> None:
    owner = signed_in(dashboard, StudyRole.OWNER)
    answer = post(owner, f"/studies/{LAB_BENCH}/archive")
    assert answer.status_code == 422
    assert "the lab bench cannot be archived" in answer.text


def test_lists_are_paged(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    owner = of(dashboard, "Researcher").id
    for number in range(30):
        dashboard.studies.create(f"Walk {number:02}", "", owner)
    dashboard.dashboard.visitors.refresh()
    names = [f"Walk {number:02}" for number in range(30)]
    assert listed(researcher, "?q=walk") == names[:25]
    more = re.search(r'href="/studies(\?[^"]*after=[^"]*)">More', researcher.get("/studies?q=walk").text)
    assert more
    assert listed(researcher, html.unescape(more[1])) == names[25:]
    assert listed(researcher, "?order=newest")[:2] == ["Walk 29", "Walk 28"]
    assert len(listed(researcher, "?after=nothing")) == 25


def test_programs_do_the_same(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    headers = {"X-CSRFToken": csrf_of(researcher)}
    answer = researcher.post(API, json={"name": "Gaze", "description": "d"}, headers=headers)
    assert answer.status_code == 201
    study = answer.get_json()
    address = f"{API}/{study['id']}"
    assert (study["name"], study["members"], study["archived_at"]) == ("Gaze", 1, None)
    assert researcher.get(address).get_json() == study
    names = [one["name"] for one in researcher.get(f"{API}?limit=1").get_json()["studies"]]
    assert names == ["Gaze"]
    changed = researcher.patch(address, json={"name": "Gaze 2", "archived": True}, headers=headers).get_json()
    assert (changed["name"], changed["description"]) == ("Gaze 2", "d")
    assert changed["archived_at"]
    assert (
        researcher.patch(address, json={"archived": False}, headers=headers).get_json()["archived_at"] is None
    )
    added = researcher.post(
        f"{address}/team", json={"email": "wizard@lab.example", "role": "wizard"}, headers=headers
    )
    assert added.status_code == 201
    member = f"{address}/team/{added.get_json()['account_id']}"
    assert researcher.put(member, json={"role": "owner"}, headers=headers).get_json()["role"] == "owner"
    team = researcher.get(f"{address}/team").get_json()["team"]
    assert [one["role"] for one in team] == ["owner", "owner"]
    assert researcher.delete(member, headers=headers).status_code == 204
    refused = researcher.post(f"{address}/team", json={"email": "x@y.z", "role": "wizard"}, headers=headers)
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert signed_in(dashboard, StudyRole.WIZARD).get(address).status_code == 403

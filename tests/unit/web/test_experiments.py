"""Experiments of a study: made, renamed, put aside; plans and trials that belong to one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hristudio_core.protocol import digest, load
from hristudio_core.store import LAB_BENCH, Study, StudyRole
from tests.servers.dashboard import PROTOCOLS, TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_routes import stored_trial

GREETING = digest(load((PROTOCOLS / "greeting.yaml").read_bytes()).protocol)


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    until(lambda: made.dashboard.relays["default"].status, "the robot is heard")
    yield made
    made.close()


@pytest.fixture
def study(dashboard: TestDashboard) -> Study:
    person = dashboard.people[StudyRole.RESEARCHER]
    made = dashboard.studies.create("Gaze", "", dashboard.people[StudyRole.OWNER].id)
    dashboard.accounts.join(person.id, made.id, StudyRole.RESEARCHER)
    return made


@pytest.fixture
def client(dashboard: TestDashboard, study: Study) -> FlaskClient:
    del study
    return signed_in(dashboard, StudyRole.RESEARCHER)


def post(client: FlaskClient, path: str, **given: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf_token": csrf_of(client), **given})
    return answer.status_code, answer.text


def test_one_is_made_renamed_put_aside_and_taken_up(
    dashboard: TestDashboard, study: Study, client: FlaskClient
) -> None:
    address = f"/studies/{study.id}/experiments"
    assert "has no experiments" in client.get(address).text
    assert post(client, address, name="Distance")[0] == 303
    [made] = dashboard.experiments.of(frozenset({study.id}))
    for name, words in (("distance", "has this name"), (" ", "name"), ("x" * 201, "name")):
        status, text = post(client, address, name=name)
        assert (status, words in text, name in text) == (422, True, True)
    assert post(client, address, name="Height")[0] == 303
    status, text = post(client, f"{address}/{made.id}", name="HEIGHT")
    assert (status, "has this name" in text) == (422, True)
    assert post(client, f"{address}/{made.id}", name="Nearness")[0] == 303
    assert post(client, f"{address}/{made.id}/archive")[0] == 303
    assert dashboard.experiments.get(made.id).archived_at
    assert "Take up again" in client.get(address).text
    assert post(client, f"{address}/{made.id}/take-up")[0] == 303
    assert dashboard.experiments.get(made.id).archived_at is None
    actions = [one.action for one in dashboard.audit.page(subject=f"experiment:{made.id}")]
    assert actions == ["experiment.changed"] * 3 + ["experiment.created"]


def test_others_look_or_do_not_even_look(dashboard: TestDashboard, study: Study) -> None:
    address = f"/studies/{LAB_BENCH}/experiments"
    made = dashboard.experiments.create(LAB_BENCH, "Distance")
    for role in (StudyRole.WIZARD, StudyRole.OBSERVER):
        client = signed_in(dashboard, role)
        text = client.get(address).text
        assert ("Distance" in text, "Rename" in text) == (True, False)
        assert post(client, address, name="Height")[0] == 403
        assert post(client, f"{address}/{made.id}/archive")[0] == 403
        assert client.get(f"/studies/{study.id}/experiments").status_code == 403


def test_another_studys_is_none_of_this_one(
    dashboard: TestDashboard, study: Study, client: FlaskClient
) -> None:
    other = dashboard.experiments.create(LAB_BENCH, "Distance")
    for path in (f"{other.id}", f"{other.id}/archive", "none"):
        assert post(client, f"/studies/{study.id}/experiments/{path}", name="x")[0] == 404
    assert dashboard.experiments.get(other.id) == other
    plan = {
        "planned_at": "2027-01-05T09:00", "participant": "P01", "protocol": GREETING, "mode": "rehearsal",
        "experiment": other.id,
    }  # fmt: skip
    status, text = post(client, f"/studies/{study.id}/plan", **plan)
    assert (status, "or none" in text) == (422, True)


def test_an_archived_study_makes_none(dashboard: TestDashboard, study: Study, client: FlaskClient) -> None:
    made = dashboard.experiments.create(study.id, "Distance")
    dashboard.studies.change(study.id, archived=True)
    address = f"/studies/{study.id}/experiments"
    assert post(client, address, name="Height")[0] == 409
    assert post(client, f"{address}/{made.id}/archive")[0] == 409
    assert "Rename" not in client.get(address).text


def test_a_planned_trial_belongs_to_its_experiment(
    dashboard: TestDashboard, study: Study, client: FlaskClient
) -> None:
    address = f"/studies/{study.id}/plan"
    plan = {"planned_at": "2027-01-05T09:00", "participant": "P01", "protocol": GREETING, "mode": "rehearsal"}
    assert "Experiment</label>" not in client.get(address).text
    made = dashboard.experiments.create(study.id, "Distance")
    assert "Experiment</label>" in client.get(address).text
    assert post(client, address, **plan, experiment=made.id)[0] == 303
    [planned] = dashboard.plans.page().plans
    assert (planned.plan.experiment_id, planned.experiment) == (made.id, "Distance")
    assert "Distance" in client.get(address).text
    # Put aside, it takes no new plans, and keeps what it has.
    dashboard.experiments.change(made.id, archived=True)
    assert post(client, address, **plan, experiment=made.id)[0] == 422
    assert f'value="{made.id}" selected' in client.get(f"{address}/{planned.id}").text
    assert post(client, f"{address}/{planned.id}", **plan, experiment=made.id)[0] == 303
    form = {
        "robot": "default",
        "digest": GREETING,
        "plan": planned.id,
        "participant": "P01",
        "mode": "rehearsal",
    }
    assert post(client, "/start/greeting", **form)[0] == 303
    trial = dashboard.dashboard.relays["default"].trial_id
    assert (dashboard.trials.places[trial], dashboard.trials.experiments[trial]) == (study.id, made.id)


@pytest.mark.parametrize("role", [StudyRole.OWNER, StudyRole.RESEARCHER])
def test_a_trial_is_started_in_an_experiment(dashboard: TestDashboard, study: Study, role: StudyRole) -> None:
    """The owner may start in several studies, whose experiments are told apart."""
    client = signed_in(dashboard, role)
    made, other = (
        dashboard.experiments.create(study.id, "Distance"),
        dashboard.experiments.create(LAB_BENCH, "Bench"),
    )
    text = client.get("/start/greeting").text
    assert ('<optgroup label="Gaze">' in text, made.id in text, other.id in text) == (True, True, True)
    form = {
        "robot": "default", "digest": GREETING, "participant": "P01", "mode": "rehearsal", "study": study.id,
    }  # fmt: skip
    status, text = post(client, "/start/greeting", **form, experiment=other.id)
    assert (status, "or none" in text) == (422, True)
    assert post(client, "/start/greeting", **form, experiment=made.id)[0] == 303
    trial = dashboard.dashboard.relays["default"].trial_id
    assert dashboard.trials.experiments[trial] == made.id


def test_its_trials_are_listed_and_a_record_names_it(
    dashboard: TestDashboard, study: Study, client: FlaskClient
) -> None:
    made, other = (dashboard.experiments.create(study.id, name) for name in ("Distance", "Height"))
    trial = stored_trial(dashboard)
    dashboard.trials.places[trial], dashboard.trials.experiments[trial] = study.id, made.id
    assert (
        f"/?study={study.id}&amp;experiment={made.id}" in client.get(f"/studies/{study.id}/experiments").text
    )
    listed = client.get(f"/?study={study.id}&experiment={made.id}").text
    assert (trial in listed, "</a>, Distance" in listed) == (True, True)
    assert trial not in client.get(f"/?study={study.id}&experiment={other.id}").text
    assert client.get(f"/?study={study.id}&experiment=none").status_code == 404
    assert "Distance" in client.get(f"/trials/{trial}").text
    found = client.get(f"/api/v1/trials?experiment={made.id}").get_json()["trials"]
    assert [(one["id"], one["experiment_id"]) for one in found] == [(trial, made.id)]
    assert client.get(f"/api/v1/trials?experiment={other.id}").get_json()["trials"] == []


def test_programs_do_the_same(dashboard: TestDashboard, study: Study, client: FlaskClient) -> None:
    address, headers = f"/api/v1/studies/{study.id}/experiments", {"X-CSRFToken": csrf_of(client)}
    answer = client.post(address, json={"name": "Distance"}, headers=headers)
    assert answer.status_code == 201
    made = answer.get_json()
    assert client.post(address, json={"name": "distance"}, headers=headers).status_code == 422
    assert client.get(f"{address}/{made['id']}").get_json() == made
    changed = client.put(f"{address}/{made['id']}", json={"archived": True}, headers=headers).get_json()
    assert changed["archived_at"]
    assert [one["name"] for one in client.get(address).get_json()["experiments"]] == ["Distance"]
    other = dashboard.experiments.create(LAB_BENCH, "Bench")
    assert client.get(f"{address}/{other.id}").status_code == 404

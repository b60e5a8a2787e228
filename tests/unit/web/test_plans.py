"""Planned trials: made, changed, started and shown at home."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from hristudio_core.store import LAB_BENCH, PlanState, Role, Study, StudyRole
from tests.servers.dashboard import TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in

# Later than any run of the tests ends.
SOON = f"{datetime.now().astimezone() + timedelta(days=2):%Y-%m-%dT%H:%M}"


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    yield made
    made.close()


@pytest.fixture
def study(dashboard: TestDashboard) -> Study:
    made = dashboard.studies.create("Gaze", "", dashboard.people[StudyRole.OWNER].id)
    dashboard.accounts.join(dashboard.people[StudyRole.WIZARD].id, made.id, StudyRole.WIZARD)
    return made


@pytest.fixture
def owner(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, StudyRole.OWNER)


def planned(client: FlaskClient, study: Study, **given: str) -> dict[str, str]:
    """Fill the form in as its own page offers it."""
    page = client.get(f"/studies/{study.id}/plan").text
    digest = re.search(r'value="([0-9a-f]{64})"[^>]*>[^<]*\(greeting,', page)
    assert digest
    form = {"planned_at": SOON, "participant": "P07", "protocol": digest[1], "mode": "pilot"}
    return {"csrf_token": csrf_of(client), **form, **given}


def test_a_trial_is_planned_changed_and_cancelled(
    dashboard: TestDashboard, study: Study, owner: FlaskClient
) -> None:
    wizard = dashboard.people[StudyRole.WIZARD]
    address = f"/studies/{study.id}/plan"
    assert owner.post(address, data=planned(owner, study, wizard=wizard.id, note="by bus")).status_code == 303
    [made] = dashboard.plans.page().plans
    assert (made.study, made.wizard, made.plan.protocol, made.plan.note) == (
        "Gaze",
        "Wizard",
        "greeting",
        "by bus",
    )
    form = owner.get(f"{address}/{made.id}").text
    assert f'value="{SOON}"' in form
    changed = planned(owner, study, participant="P08")
    assert owner.post(f"{address}/{made.id}", data=changed).status_code == 303
    assert dashboard.plans.get(made.id).plan.participant == "P08"
    assert owner.post(f"{address}/{made.id}/cancel", data=changed).status_code == 303
    assert "P08" not in re.sub(r'role="status".*?</p>', "", owner.get(address).text)
    assert "P08" in owner.get(f"{address}?state=cancelled").text
    refused = owner.post(f"{address}/{made.id}", data=changed)
    assert (refused.status_code, "not open any more" in refused.text) == (409, True)
    assert owner.post(f"{address}/{made.id}/reopen", data=changed).status_code == 303
    done = [one.action for one in reversed(dashboard.audit.page(action="plan."))]
    assert done == ["plan.created", "plan.changed", "plan.cancelled", "plan.reopened"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"planned_at": "soon"}, "Give a day and a time."),
        ({"participant": ""}, "Give a code of 1 to 64 characters"),
        ({"protocol": "x"}, "Choose a protocol."),
        ({"condition": "fast"}, "conditions are"),
        ({"mode": "real"}, "Choose how this trial counts."),
        ({"wizard": LAB_BENCH}, "Choose somebody of the team"),
        ({"note": "y" * 1001}, "At most 1000 characters."),
    ],
)
def test_what_makes_no_plan_is_told_and_nothing_typed_is_lost(
    dashboard: TestDashboard, study: Study, owner: FlaskClient, given: dict[str, str], words: str
) -> None:
    form = planned(owner, study, **{"note": "by bus", **given})
    answer = owner.post(f"/studies/{study.id}/plan", data=form)
    assert (answer.status_code, words in answer.text, form["note"] in answer.text) == (422, True, True)
    assert dashboard.plans.page().plans == ()


def test_home_tells_what_is_next_and_what_it_lacks(
    dashboard: TestDashboard, study: Study, owner: FlaskClient
) -> None:
    owner.post(f"/studies/{study.id}/plan", data=planned(owner, study))
    late = planned(owner, study, participant="P01", planned_at="2026-01-05T09:00")
    owner.post(f"/studies/{study.id}/plan", data=late)
    page = owner.get("/").text
    assert page.index("P01") < page.index("P07")
    assert ("no wizard" in page, "overdue" in page) == (True, True)
    # Of another study's plans nobody hears.
    assert "P07" not in signed_in(dashboard, StudyRole.OBSERVER).get("/").text


def test_a_planned_trial_is_started_once_and_belongs_to_its_study(
    dashboard: TestDashboard, study: Study, owner: FlaskClient
) -> None:
    owner.post(f"/studies/{study.id}/plan", data=planned(owner, study, mode="rehearsal"))
    [made] = dashboard.plans.page().plans
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    address = f"/start/greeting?plan={made.id}"
    until(lambda: wizard.get(address).status_code == 200, "the form")
    form = {
        "csrf_token": csrf_of(wizard), "plan": made.id, "robot": "default",
        "participant": "somebody else", "mode": "live", "digest": "0" * 64,
    }  # fmt: skip
    answer = wizard.post("/start/greeting", data=form)
    assert answer.status_code == 303, answer.text
    begun = dashboard.plans.get(made.id)
    state = dashboard.dashboard.relays["default"].state
    assert begun.state is PlanState.STARTED
    assert (state["trial_id"], state["participant"], state["mode"]) == (begun.trial_id, "P07", "rehearsal")
    assert dashboard.plans.study_of(begun.trial_id) == study.id
    again = wizard.post("/start/greeting", data=form)
    assert again.status_code == 409
    # The robot runs this very trial, or the plan is closed: either way there is no second one.
    assert dashboard.plans.get(made.id).trial_id == begun.trial_id


def test_a_plan_of_another_study_starts_nothing(
    dashboard: TestDashboard, study: Study, owner: FlaskClient
) -> None:
    owner.post(f"/studies/{study.id}/plan", data=planned(owner, study))
    [made] = dashboard.plans.page().plans
    stranger = signed_in(dashboard, StudyRole.RESEARCHER)
    assert stranger.get(f"/start/greeting?plan={made.id}").status_code == 403
    form = {"csrf_token": csrf_of(stranger), "plan": made.id, "robot": "default"}
    assert stranger.post("/start/greeting", data=form).status_code == 403
    bench = f"/studies/{LAB_BENCH}/plan/{made.id}"
    assert signed_in(dashboard, Role.ADMINISTRATOR).get(bench).status_code == 404
    assert dashboard.plans.get(made.id).state is PlanState.OPEN


def test_programs_do_the_same(dashboard: TestDashboard, study: Study, owner: FlaskClient) -> None:
    headers, address = {"X-CSRFToken": csrf_of(owner)}, f"/api/v1/studies/{study.id}/plan"
    body = {
        "planned_at": "2027-01-05T09:00:00+01:00", "participant": "P07", "mode": "live",
        "digest": planned(owner, study)["protocol"], "wizard": dashboard.people[StudyRole.WIZARD].id,
    }  # fmt: skip
    made = owner.post(address, json=body, headers=headers)
    assert (made.status_code, made.get_json()["protocol"], made.get_json()["state"]) == (
        201,
        "greeting",
        "open",
    )
    assert (
        datetime.fromisoformat(made.get_json()["planned_at"].replace("Z", "+00:00")).timestamp() == 1799136000
    )
    one = f"{address}/{made.get_json()['id']}"
    assert owner.put(one, json={**body, "participant": "P08"}, headers=headers).status_code == 200
    assert owner.get(one).get_json()["participant"] == "P08"
    wrong = owner.put(one, json={**body, "digest": "0" * 64}, headers=headers)
    assert (wrong.status_code, wrong.get_json()["errors"]) == (422, ["protocol: Choose a protocol."])
    assert owner.post(f"{one}/cancel", headers=headers).get_json()["state"] == "cancelled"
    assert owner.put(one, json=body, headers=headers).status_code == 409
    assert owner.post(f"{one}/reopen", headers=headers).get_json()["state"] == "open"
    owner.post(address, json=body, headers=headers)
    first = owner.get(f"{address}?limit=1&q=P0").get_json()
    second = owner.get(first["next"]).get_json()
    assert {first["plans"][0]["participant"], second["plans"][0]["participant"]} == {"P07", "P08"}
    assert second["next"] is None
    assert owner.get(f"{address}?after=x").status_code == 422

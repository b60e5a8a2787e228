"""Starting trials of a study: by its own versions, for its own people, on its own record."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from hristudio_core.protocol import canonical, digest, load
from hristudio_core.store import (
    LAB_BENCH,
    NewParticipant,
    PlanState,
    ProtocolVersion,
    Role,
    Study,
    StudyRole,
)
from hristudio_web.preflight import TICKS
from tests.servers.dashboard import PROTOCOLS, TestDashboard
from tests.servers.waiting import until
from tests.servers.web_client import csrf_of, signed_in
from tests.unit.web.test_plans import SOON

TEXT = (PROTOCOLS / "greeting.yaml").read_text(encoding="utf-8")
NEWER = TEXT.replace("name: greeting", "name: meeting").replace("\ntitle: ", "\ntitle: Once more, ", 1)


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    until(lambda: made.dashboard.relays["default"].status, "the robot is heard")
    yield made
    made.close()


@pytest.fixture
def study(dashboard: TestDashboard) -> Study:
    """A study whose wizard has no role anywhere else."""
    made = dashboard.studies.create("Gaze", "", dashboard.people[StudyRole.OWNER].id)
    person = dashboard.accounts.create("grace@lab.example", "Grace", Role.MEMBER)
    dashboard.people[Role.MEMBER] = dashboard.accounts.join(person.id, made.id, StudyRole.WIZARD)
    return made


@pytest.fixture
def grace(dashboard: TestDashboard, study: Study) -> FlaskClient:
    return signed_in(dashboard, Role.MEMBER)


def store(
    dashboard: TestDashboard, study: Study, text: str = NEWER, source: str | None = None
) -> ProtocolVersion:
    protocol = load(text.encode()).protocol
    assert protocol
    return dashboard.protocols.save(
        study.id, name=protocol.name, version=protocol.version, digest=digest(protocol),
        canonical=canonical(protocol).decode(), source=text if source is None else source,
        title=protocol.title,
    )  # fmt: skip


def form(client: FlaskClient, version: ProtocolVersion, **given: str) -> dict[str, str]:
    return {
        "csrf_token": csrf_of(client), "robot": "default", "digest": version.digest, "participant": "P01",
        "mode": "rehearsal", **given,
    }  # fmt: skip


def test_a_version_is_started_by_its_studys_people_and_the_trial_is_the_studys(
    dashboard: TestDashboard, study: Study, grace: FlaskClient
) -> None:
    version = store(dashboard, study)
    address = f"/start/{study.id}/meeting/1"
    assert address in grace.get("/start").text
    shown = grace.get(address).text
    assert "A trial of Gaze." in shown
    assert version.digest in shown
    assert grace.post(address, data=form(grace, version)).status_code == 303
    state = dashboard.dashboard.relays["default"].state
    assert state["digest"] == version.digest
    assert dashboard.plans.study_of(state["trial_id"]) == study.id


@pytest.mark.parametrize("who", [StudyRole.RESEARCHER, StudyRole.OBSERVER])
def test_others_neither_see_nor_start_it(dashboard: TestDashboard, study: Study, who: StudyRole) -> None:
    version, client = store(dashboard, study), signed_in(dashboard, who)
    address = f"/start/{study.id}/meeting/1"
    assert "meeting" not in client.get("/start").text
    assert client.get(address).status_code == 403
    assert client.post(address, data=form(client, version)).status_code == 403
    assert dashboard.trial.state["phase"] == "idle"


def test_a_file_is_started_in_a_study_of_ones_own_and_no_other(
    dashboard: TestDashboard, study: Study, grace: FlaskClient
) -> None:
    mark = digest(load(TEXT.encode()).protocol)  # type: ignore[arg-type]
    typed = {
        "csrf_token": csrf_of(grace), "robot": "default", "digest": mark, "participant": "P01",
        "mode": "rehearsal",
    }  # fmt: skip
    for wrong in ("", LAB_BENCH, "nonsense"):
        answer = grace.post("/start/greeting", data={**typed, "study": wrong})
        assert (answer.status_code, "may start trials" in answer.text) == (422, True), wrong
    assert grace.post("/start/greeting", data={**typed, "study": study.id}).status_code == 303
    assert dashboard.plans.study_of(dashboard.dashboard.relays["default"].trial_id) == study.id


def test_another_studys_version_is_not_started_in_ones_own(
    dashboard: TestDashboard, study: Study, grace: FlaskClient
) -> None:
    other = dashboard.studies.create("Other", "", dashboard.people[StudyRole.OWNER].id)
    version = store(dashboard, other)
    assert grace.post(f"/start/{other.id}/meeting/1", data=form(grace, version)).status_code == 403
    both = signed_in(dashboard, StudyRole.OWNER)
    answer = both.post(f"/start/{other.id}/meeting/1", data=form(both, version, study=study.id))
    assert answer.status_code == 404
    assert dashboard.trial.state["phase"] == "idle"


def test_an_old_version_can_be_planned_started_and_kept(
    dashboard: TestDashboard, study: Study, grace: FlaskClient
) -> None:
    version, owner = store(dashboard, study), signed_in(dashboard, StudyRole.OWNER)
    page = f"/studies/{study.id}/plan"
    typed = {
        "csrf_token": csrf_of(owner), "planned_at": SOON, "participant": "P07", "protocol": version.digest,
        "mode": "rehearsal",
    }  # fmt: skip
    assert owner.post(page, data=typed).status_code == 303
    [planned] = dashboard.plans.page().plans
    store(dashboard, study, NEWER.replace("Once more", "And again"))
    assert "the protocol has changed" not in owner.get("/").text
    # The newest is offered to others; this plan may keep what it has.
    assert version.digest not in owner.get(page).text
    assert version.digest in owner.get(f"{page}/{planned.id}").text
    assert owner.post(f"{page}/{planned.id}", data={**typed, "note": "by bus"}).status_code == 303
    begun = grace.get(f"/start/planned/{planned.id}")
    assert begun.headers["Location"] == f"/start/{study.id}/meeting/1?plan={planned.id}"
    answer = grace.post(f"/start/{study.id}/meeting/1", data=form(grace, version, plan=planned.id))
    assert answer.status_code == 303, answer.text
    assert dashboard.plans.get(planned.id).state is PlanState.STARTED


def test_what_a_robot_host_brought_without_its_text_is_not_offered(
    dashboard: TestDashboard, study: Study, grace: FlaskClient
) -> None:
    store(dashboard, study, source="")
    assert "meeting" not in grace.get("/start").text
    assert grace.get(f"/start/{study.id}/meeting/1").status_code == 404


def test_a_refused_trial_belongs_to_no_study(
    dashboard: TestDashboard, study: Study, grace: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, address = store(dashboard, study), f"/start/{study.id}/meeting/1"
    asked: list[str] = []
    begin = dashboard.plans.begin

    def noted(study_id: str, trial_id: str, account_id: str, experiment_id: str | None = None) -> None:
        asked.append(trial_id)
        begin(study_id, trial_id, account_id, experiment_id)
        if len(asked) == 1:  # while somebody else is quicker
            assert grace.post(address, data=form(grace, version)).status_code == 303

    monkeypatch.setattr(dashboard.plans, "begin", noted)
    assert grace.post(address, data=form(grace, version)).status_code == 409
    assert [dashboard.plans.study_of(one) for one in asked] == [None, study.id]


def body(version: ProtocolVersion, **given: Any) -> dict[str, Any]:
    return {
        "robot": "default", "protocol": version.name, "digest": version.digest, "participant": "P01",
        "mode": "live", "ticked": list(TICKS), **given,
    }  # fmt: skip


def test_programs_start_trials_too(dashboard: TestDashboard, study: Study, grace: FlaskClient) -> None:
    version, headers = store(dashboard, study), {"X-CSRFToken": csrf_of(grace)}
    address = f"/api/v1/studies/{study.id}/trials"
    unfit = body(version, ticked=[], participant="", parameters={"max_questions": 2.5})
    answer = grace.post(address, json=unfit, headers=headers)
    assert answer.status_code == 422
    told = " ".join(answer.get_json()["errors"])
    assert all(name in told for name in ("ticks", "participant", "max_questions")), told
    dashboard.trial.robot["stopped"] = True
    until(lambda: dashboard.dashboard.relays["default"].status["stopped"], "the stop is known")
    answer = grace.post(address, json=body(version), headers=headers)
    assert (answer.status_code, "release it" in answer.get_json()["detail"]) == (409, True)
    dashboard.trial.robot["stopped"] = False
    until(lambda: not dashboard.dashboard.relays["default"].status["stopped"], "the release is known")
    answer = grace.post(address, json=body(version, parameters={"max_questions": 2}), headers=headers)
    assert answer.status_code == 201, answer.text
    assert dashboard.plans.study_of(answer.get_json()["trial_id"]) == study.id
    bench = grace.post(f"/api/v1/studies/{LAB_BENCH}/trials", json=body(version), headers=headers)
    assert bench.status_code == 403


def test_an_archived_study_takes_no_changes(
    dashboard: TestDashboard, study: Study, grace: FlaskClient
) -> None:
    version, owner = store(dashboard, study), signed_in(dashboard, StudyRole.OWNER)
    page, token = f"/studies/{study.id}", {"csrf_token": csrf_of(owner)}
    plan = {**token, "planned_at": SOON, "participant": "P07", "protocol": version.digest, "mode": "pilot"}
    assert owner.post(f"{page}/plan", data=plan).status_code == 303
    [planned] = dashboard.plans.page().plans
    dashboard.studies.change(study.id, archived=True)
    for address, typed in (
        (page, {"name": "Other"}),
        (f"{page}/protocols", {"text": TEXT}),
        (f"{page}/protocols/meeting/archive", {}),
        (f"{page}/plan", plan),
        (f"{page}/plan/{planned.id}/cancel", {}),
    ):
        answer = owner.post(address, data={**token, **typed})
        assert (answer.status_code, "take it up again first" in answer.text) == (409, True), address
    started = grace.post(f"/start/{study.id}/meeting/1", data=form(grace, version))
    assert started.status_code == 409
    assert "meeting" not in grace.get("/start").text
    added = {**token, "email": "observer@lab.example", "role": "observer"}
    assert owner.post(f"{page}/team", data=added).status_code == 303
    for shown in (f"{page}/protocols", f"{page}/protocols/meeting/1", f"{page}/plan"):
        text = owner.get(shown).text
        assert text.count('method="post"') == text.count("/sign-out"), shown


def test_a_protocol_that_was_put_aside_takes_no_version(dashboard: TestDashboard, study: Study) -> None:
    store(dashboard, study)
    dashboard.protocols.set_archived(study.id, "meeting", archived=True)
    owner = signed_in(dashboard, StudyRole.OWNER)
    typed = {"csrf_token": csrf_of(owner), "text": NEWER.replace("Once more", "And again")}
    answer = owner.post(f"/studies/{study.id}/protocols", data=typed)
    assert (answer.status_code, "take it up again first" in answer.text) == (409, True)
    assert dashboard.protocols.named(study.id, "meeting").number == 1


def listed(dashboard: TestDashboard, study: Study, code: str = "P01", condition: str = "") -> str:
    return dashboard.participants.add(study.id, [NewParticipant(code, condition)])[0]


def live(client: FlaskClient, version: ProtocolVersion, **given: str) -> dict[str, str]:
    ticks = {f"tick-{name}": "on" for name in ("space", "stop")}
    return form(client, version, mode="live", **ticks, **given)


def test_a_live_trial_needs_a_participant_of_the_list_with_a_consent(
    dashboard: TestDashboard, study: Study, grace: FlaskClient
) -> None:
    version, address = store(dashboard, study), f"/start/{study.id}/meeting/1"
    made = listed(dashboard, study)
    assert '<option value="P01">' in grace.get(address).text
    stranger = grace.post(address, data=live(grace, version, participant="P09"))
    assert (stranger.status_code, "P09 is not among the participants" in stranger.text) == (422, True)
    bare = grace.post(address, data=live(grace, version))
    assert (bare.status_code, "needs one, recorded on the page of P01" in bare.text) == (409, True)
    assert 'name="tick-consent"' not in bare.text
    dashboard.participants.record_consent(study.id, made, date(2026, 1, 31), "v2")
    dashboard.participants.withdraw(study.id, made)
    gone = grace.post(address, data=live(grace, version))
    assert (gone.status_code, "P01 has withdrawn their consent." in gone.text) == (422, True)
    dashboard.participants.record_consent(study.id, made, date(2026, 1, 31), "v2")
    assert grace.post(address, data=live(grace, version, participant="p01")).status_code == 303
    assert dashboard.dashboard.relays["default"].state["participant"] == "P01"
    notes = [event["payload"] for event in dashboard.trial.events if event["kind"] == "annotation"]
    assert any("Consent: ok (2026-01-31 (v2))" in note for note in notes)


def test_a_rehearsal_takes_any_code(dashboard: TestDashboard, study: Study, grace: FlaskClient) -> None:
    version = store(dashboard, study)
    listed(dashboard, study)
    answer = grace.post(f"/start/{study.id}/meeting/1", data=form(grace, version, participant="TEST"))
    assert answer.status_code == 303


def test_plans_look_into_the_list_too(dashboard: TestDashboard, study: Study) -> None:
    text = (PROTOCOLS / "gaze_and_speech.yaml").read_text(encoding="utf-8")
    version, owner = store(dashboard, study, text), signed_in(dashboard, StudyRole.OWNER)
    one, other = list(load(text.encode()).protocol.conditions)[:2]  # type: ignore[union-attr]
    made, page = listed(dashboard, study, condition=one), f"/studies/{study.id}/plan"
    typed = {
        "csrf_token": csrf_of(owner), "planned_at": SOON, "participant": "P01", "protocol": version.digest,
        "mode": "live", "condition": one,
    }  # fmt: skip
    for given, words in (
        ({"participant": "P09"}, "P09 is not among the participants"),
        ({"condition": other}, f"P01 is in the condition {one}"),
    ):
        answer = owner.post(page, data={**typed, **given})
        assert (answer.status_code, words in answer.text) == (422, True), given
    assert owner.post(page, data=typed).status_code == 303
    assert "no consent" in owner.get("/").text
    dashboard.participants.record_consent(study.id, made, date(2026, 1, 31))
    assert "no consent" not in owner.get("/").text
    dashboard.participants.withdraw(study.id, made)
    assert "the consent was withdrawn" in owner.get("/").text
    dashboard.participants.change(study.id, made, archived=True)
    dashboard.participants.record_consent(study.id, made, date(2026, 1, 31))
    answer = owner.post(page, data=typed)
    assert (answer.status_code, "P01 is archived" in answer.text) == (422, True)

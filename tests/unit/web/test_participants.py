"""Participants through pages and API: who may do what, and every look at personal data on the record."""

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from hristudio_core.ops.settings import Settings
from hristudio_core.store import (
    LAB_BENCH,
    Consent,
    DatabaseUnavailable,
    NewParticipant,
    Participant,
    ParticipantFilter,
    Role,
    StudyRole,
)
from hristudio_web.persons import WRONG_KEY, Person, PersonSeal, tell_wrong_key
from hristudio_web.security import personal_key
from tests.servers.dashboard import TestDashboard
from tests.servers.web_client import csrf_of, signed_in

BASE = f"/studies/{LAB_BENCH}/participants"
API = f"/api/v1{BASE}"
SECRET_NAME = "Ada Lovelace"
PERSON = {"name": SECRET_NAME, "email": "ada@x.org", "notes": "left-handed"}


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    yield made
    made.close()


@pytest.fixture
def researcher(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, StudyRole.RESEARCHER)


def post(client: FlaskClient, path: str, **form: object) -> TestResponse:
    return client.post(path, data={"csrf_token": csrf_of(client), **form})


def every(dashboard: TestDashboard, study: str = LAB_BENCH) -> list[Participant]:
    return list(dashboard.participants.page(study, ParticipantFilter(archived=None), None, 1000).participants)


def added(dashboard: TestDashboard, client: FlaskClient, code: str = "P01", **form: str) -> str:
    """Add a participant by the page; give their address."""
    answer = post(client, BASE, code=code, **form)
    assert answer.status_code == 303, answer.text
    return f"{BASE}/{next(one for one in every(dashboard) if one.code == code).id}"


def listed(client: FlaskClient, query: str = "") -> list[str]:
    rows = client.get(f"{BASE}{query}").text.split('data-testid="participant"')[1:]
    return [row.split("</a>")[0].rpartition(">")[2] for row in rows]


def deeds(dashboard: TestDashboard) -> list[str]:
    return [record.action for record in dashboard.audit.page(action="participant.")]


def test_one_is_added_found_changed_and_archived(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    where = added(dashboard, researcher, "P01", condition="gaze")
    added(dashboard, researcher, "Q02")
    assert listed(researcher) == ["P01", "Q02"]
    assert listed(researcher, "?q=q0") == ["Q02"]
    assert listed(researcher, "?condition=gaze") == ["P01"]
    assert listed(researcher, "?order=newest") == ["Q02", "P01"]
    assert post(researcher, where, condition="touch").status_code == 303
    assert "touch" in researcher.get(where).text
    assert post(researcher, f"{where}/archive").status_code == 303
    assert (listed(researcher), listed(researcher, "?which=archived")) == (["Q02"], ["P01"])
    assert listed(researcher, "?which=all") == ["P01", "Q02"]
    assert post(researcher, f"{where}/take-up").status_code == 303
    assert listed(researcher) == ["P01", "Q02"]
    assert deeds(dashboard)[:4] == [
        "participant.taken_up", "participant.archived", "participant.changed", "participant.added",
    ]  # fmt: skip


def test_a_long_list_has_pages(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    dashboard.participants.add(LAB_BENCH, [NewParticipant(f"P{number:03}") for number in range(120)])
    seen, query = [], ""
    while True:
        shown = researcher.get(f"{BASE}{query}").text
        seen += listed(researcher, query)
        more = re.search(r'href="[^"]*(\?[^"]*after=[^"]*)"', shown)
        if more is None:
            break
        query = more[1].replace("&amp;", "&")
    assert seen == [f"P{number:03}" for number in range(120)]
    assert listed(researcher, "?after=nobody")[0] == "P000"


def test_what_was_typed_stays_when_it_cannot_be_taken(
    dashboard: TestDashboard, researcher: FlaskClient
) -> None:
    added(dashboard, researcher, "P01")
    answer = post(researcher, BASE, code="p01", name="Zoë")
    assert answer.status_code == 422
    assert "p01 is in this study already." in answer.text
    assert 'value="Zoë"' in answer.text
    answer = post(researcher, BASE, code="=1", email="nobody", consented_on="soon", condition="x" * 101)
    assert answer.status_code == 422
    assert answer.text.count('aria-invalid="true"') == 4
    assert len(every(dashboard)) == 1


def test_personal_data_are_sealed_shown_changed_and_each_look_recorded(
    dashboard: TestDashboard, researcher: FlaskClient
) -> None:
    where = added(dashboard, researcher, "P01", **PERSON)
    (one,) = every(dashboard)
    sealed = dashboard.participants.person(LAB_BENCH, one.id)
    assert sealed
    assert SECRET_NAME not in sealed
    for page in (BASE, where, f"{BASE}/export", f"/studies/{LAB_BENCH}"):
        assert SECRET_NAME not in researcher.get(page).text
    assert "participant.person_viewed" not in deeds(dashboard)
    shown = researcher.get(f"{where}/person").text
    for value in PERSON.values():
        assert value in shown
    assert deeds(dashboard)[0] == "participant.person_viewed"
    record = dashboard.audit.page(action="participant.person_viewed")[0]
    assert (record.account_id, record.object) == (
        dashboard.people[StudyRole.RESEARCHER].id, f"participant:{one.id}",
    )  # fmt: skip
    assert post(researcher, f"{where}/person", **{**PERSON, "name": "Ada King"}).status_code == 303
    assert "Ada King" in researcher.get(f"{where}/person").text
    answer = post(researcher, f"{where}/person", email="nobody", name="typed")
    assert (answer.status_code, "typed" in answer.text) == (422, True)
    assert not any(SECRET_NAME in str(record) or "ada@" in str(record) for record in dashboard.audit.page())


def test_nothing_is_shown_that_cannot_be_put_on_record(
    dashboard: TestDashboard, researcher: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = added(dashboard, researcher, "P01", **PERSON)

    def fail(*_: object, **__: object) -> None:
        raise DatabaseUnavailable("away")

    monkeypatch.setattr(dashboard.audit, "record", fail)
    answer = researcher.get(f"{where}/person")
    assert (answer.status_code, SECRET_NAME in answer.text) == (503, False)


def test_a_lost_key_is_told(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    sealed = PersonSeal(b"x" * 32).close(LAB_BENCH, "P01", Person("Ada"))
    dashboard.participants.add(LAB_BENCH, [NewParticipant("P01", "", sealed)])
    answer = researcher.get(f"{BASE}/{every(dashboard)[0].id}/person")
    assert answer.status_code == 409
    assert "secrets/personal.key" in answer.text


def test_personal_data_are_erased_for_good(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    where = added(dashboard, researcher, "P01", **PERSON)
    wrong = post(researcher, f"{where}/erase", confirm="P1")
    assert (wrong.status_code, "Type P01" in wrong.text) == (422, True)
    assert every(dashboard)[0].has_person
    assert post(researcher, f"{where}/erase", confirm="P01").status_code == 303
    (one,) = every(dashboard)
    assert (one.code, one.has_person) == ("P01", False)
    assert one.erased_at is not None
    assert deeds(dashboard)[0] == "participant.erased"
    assert SECRET_NAME not in researcher.get(f"{where}/person").text
    assert post(researcher, f"{where}/person", **PERSON).status_code == 409
    assert dashboard.participants.person(LAB_BENCH, one.id) is None
    assert listed(researcher) == ["P01"]


def test_a_consent_is_recorded_withdrawn_and_given_again(
    dashboard: TestDashboard, researcher: FlaskClient
) -> None:
    where = added(dashboard, researcher, "P01")
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    assert "A pilot or a live trial needs one." in wizard.get(where).text
    for given, words in (
        ({}, "Give the day"),
        ({"consented_on": "31.1.2026"}, "Give the day"),
        ({"consented_on": "2126-01-31"}, "yet to come"),
        ({"consented_on": "2026-01-31", "consent_form": "x" * 101}, "at most 100 characters"),
    ):
        answer = post(wizard, f"{where}/consent", **given)
        assert (answer.status_code, words in answer.text) == (422, True), given
    told = {"consented_on": "2026-01-31", "consent_form": "v2, German"}
    assert post(wizard, f"{where}/consent", **told).status_code == 303
    assert "Given on 2026-01-31: v2, German." in wizard.get(where).text
    assert post(wizard, f"{where}/withdraw").status_code == 303
    (one,) = every(dashboard)
    assert (one.consent, one.consented_on) == (Consent.WITHDRAWN, date(2026, 1, 31))
    assert "No pilot and no live trial is started with P01" in wizard.get(where).text
    for query, shown in (("consent=withdrawn", ["P01"]), ("consent=given", []), ("consent=x", ["P01"])):
        assert listed(researcher, f"?{query}") == shown
    assert post(wizard, f"{where}/consent", **told).status_code == 303
    assert every(dashboard)[0].consent is Consent.GIVEN
    assert deeds(dashboard)[:3] == ["participant.consented", "participant.withdrew", "participant.consented"]
    # Erasing who somebody is leaves that they agreed.
    assert post(researcher, f"{where}/erase", confirm="P01").status_code == 303
    assert every(dashboard)[0].consent is Consent.GIVEN
    observer = signed_in(dashboard, StudyRole.OBSERVER)
    assert post(observer, f"{where}/withdraw").status_code == 403


def test_personal_data_that_held_the_consent_still_open(
    dashboard: TestDashboard, researcher: FlaskClient
) -> None:
    made = dashboard.dashboard.app.extensions["hristudio"].persons
    older = made._seal(LAB_BENCH, "P01").close('{"name":"Ada","consented_on":"2026-01-31"}')
    dashboard.participants.add(LAB_BENCH, [NewParticipant("P01", "", older)])
    assert "Ada" in researcher.get(f"{BASE}/{every(dashboard)[0].id}/person").text


def test_participants_of_an_archived_study_stay_as_they_are_and_can_be_erased(
    dashboard: TestDashboard,
) -> None:
    study = dashboard.studies.create("Gaze", "", dashboard.people[StudyRole.RESEARCHER].id)
    (made,) = dashboard.participants.add(study.id, [NewParticipant("P01", "", "sealed")])
    dashboard.studies.change(study.id, archived=True)
    researcher = signed_in(dashboard, StudyRole.RESEARCHER)
    base = f"/studies/{study.id}/participants"
    where = f"{base}/{made}"
    for path in (base, where, f"{where}/archive", f"{where}/person", f"{where}/consent"):
        answer = post(researcher, path, code="P02", consented_on="2026-01-31")
        assert (answer.status_code, "take it up again first" in answer.text) == (409, True), path
    forms = re.findall(r'action="([^"]+)"', researcher.get(where).text.split("<main")[1])
    # What belongs to the participant stays theirs: to withdraw, and to be forgotten.
    assert sorted(forms) == [f"{where}/erase", f"{where}/withdraw"]
    assert post(researcher, f"{where}/withdraw").status_code == 303
    assert post(researcher, f"{where}/erase", confirm="P01").status_code == 303


def test_pages_of_an_archived_study_show_what_is_there_and_no_form(dashboard: TestDashboard) -> None:
    study = dashboard.studies.create("Gaze", "", dashboard.people[StudyRole.RESEARCHER].id)
    researcher = signed_in(dashboard, StudyRole.RESEARCHER)
    base = f"/studies/{study.id}/participants"
    assert post(researcher, base, code="P01", **PERSON).status_code == 303
    assert post(researcher, base, code="P02").status_code == 303
    first, second = (f"{base}/{one.id}" for one in every(dashboard, study.id))
    dashboard.studies.change(study.id, archived=True)
    assert all("This study is archived" in researcher.get(path).text for path in (base, first))
    for path, shown in ((f"{first}/person", SECRET_NAME), (f"{base}/import", "nobody can be added")):
        main = researcher.get(path).text.split("<main")[1]
        assert (shown in main, "This study is archived" in main, "<form" in main) == (True, True, False), path
    assert f"{first}/person" in researcher.get(first).text
    assert f"{second}/person" not in researcher.get(second).text


def test_a_wizard_sees_codes_alone(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    where = added(dashboard, researcher, "P01", **PERSON)
    wizard = signed_in(dashboard, StudyRole.WIZARD)
    assert listed(wizard) == ["P01"]
    shown = wizard.get(where)
    assert (shown.status_code, SECRET_NAME in shown.text) == (200, False)
    # Who greets the participants records their consent; nothing else is a wizard's to change.
    forms = re.findall(r'action="([^"]+)"', shown.text.split("<main")[1])
    assert sorted(forms) == [f"{where}/consent", f"{where}/withdraw"]
    assert wizard.get(f"{where}/person").status_code == 403
    assert wizard.get(f"{API}/{where.rpartition('/')[2]}/person").status_code == 403
    for path in (BASE, where, f"{where}/archive", f"{where}/person", f"{where}/erase", f"{BASE}/import"):
        assert post(wizard, path, code="P09", confirm="P01").status_code == 403
    assert signed_in(dashboard, StudyRole.OBSERVER).get(BASE).status_code == 403
    assert (
        "Participants</a>" not in signed_in(dashboard, StudyRole.OBSERVER).get(f"/studies/{LAB_BENCH}").text
    )


def test_another_study_reaches_none_of_it(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    where = added(dashboard, researcher, "P01", **PERSON)
    one = every(dashboard)[0]
    person = dashboard.people[Role.MEMBER]
    other = dashboard.studies.create("Other", "", person.id).id
    stranger = signed_in(dashboard, Role.MEMBER)
    headers = {"X-CSRFToken": csrf_of(stranger)}
    app = dashboard.dashboard.app
    seen = {}
    for rule in app.url_map.iter_rules():
        if "/participants" not in rule.rule:
            continue
        for study, expected in ((LAB_BENCH, 403), (other, 404)):
            if study == other and "participant_id" not in rule.arguments:
                continue
            path = rule.rule.replace("<study_id>", study).replace("<participant_id>", one.id)
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                path_ = f"{path}?confirm=P01" if method == "DELETE" else path
                body = {"on": "2026-01-31"} if (method, path.rpartition("/")[2]) == ("PUT", "consent") else {}
                answer = stranger.open(path_, method=method, headers=headers, json=body)
                seen[method, path_] = (answer.status_code, expected)
    assert len(seen) > 25
    assert {key: found for key, found in seen.items() if found[0] != found[1]} == {}
    assert researcher.get(f"{where}/person").status_code == 200
    assert every(dashboard) == [one]


def upload(client: FlaskClient, data: bytes, act: str = "check") -> TestResponse:
    return post(client, f"{BASE}/import", act=act, file=(BytesIO(data), "list.csv"), text="")


def test_a_list_is_looked_at_and_then_added(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    lines = "".join(f"P{number:05};gaze;Person {number}\n" for number in range(10_000))
    shown = upload(researcher, f"code;condition;name\n{lines}".encode(), "import")
    assert shown.status_code == 200
    assert "Add 10000 participants" in shown.text
    assert every(dashboard) == []
    text = shown.text.split("<textarea")[1].split(">\n", 1)[1].split("</textarea>")[0]
    seen = shown.text.split('name="seen" value="')[1].split('"')[0]
    form = {"act": "import", "seen": seen, "text": text.replace("\n", "\r\n")}
    changed = post(researcher, f"{BASE}/import", **{**form, "text": text.replace("P00000", "P10000")})
    assert (changed.status_code, every(dashboard)) == (200, [])
    answer = post(researcher, f"{BASE}/import", **form)
    assert answer.status_code == 303, answer.text[:2000]
    assert len(every(dashboard)) == 1000
    assert listed(researcher, "?q=P09999") == ["P09999"]
    record = dashboard.audit.page(action="participant.imported")[0]
    assert record.detail == {"added": 10_000, "personal": 10_000}


def test_every_wrong_line_of_a_list_is_told_and_nothing_added(
    dashboard: TestDashboard, researcher: FlaskClient
) -> None:
    added(dashboard, researcher, "P01")
    text = "code,email\np01,\nP02,nobody\nP03,\nP03,\n"
    for act in ("check", "import"):
        answer = post(researcher, f"{BASE}/import", act=act, text=text)
        assert answer.status_code == 200
        assert re.findall(r"<strong>Line (\d)</strong>", answer.text) == ["2", "3", "5"]
        assert "P02,nobody" in answer.text
    assert len(every(dashboard)) == 1
    answer = upload(researcher, b"name\nAda\n")
    assert (answer.status_code, "No column is called code" in answer.text) == (422, True)
    assert upload(researcher, b"code\n\0").status_code == 422


def test_a_list_may_be_larger_than_other_forms_and_not_endless(researcher: FlaskClient) -> None:
    taken = upload(researcher, b"code,notes\nP1," + b"x" * 400_000 + b"\n")
    assert (taken.status_code, "a quote may be missing" in taken.text) == (200, True)
    form = "multipart/form-data; boundary=x"
    assert researcher.post(f"{BASE}/import", data=b"x" * 5_000_000, content_type=form).status_code == 413
    assert post(researcher, BASE, code="x" * 1_000_000).status_code == 413


def test_codes_are_exported_and_nothing_else(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    where = added(
        dashboard, researcher, "P01", condition="=1+1", consented_on="2026-01-31", consent_form="v2", **PERSON
    )
    post(researcher, f"{where}/archive")
    added(dashboard, researcher, "P02")
    answer = signed_in(dashboard, StudyRole.WIZARD).get(f"{BASE}/export")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = [row.split(",")[:6] for row in answer.text.splitlines()]
    assert rows == [
        ["code", "condition", "consent date", "consent form", "withdrawn", "archived"],
        ["P01", "'=1+1", "2026-01-31", "v2", "no", "yes"],
        ["P02", "", "", "", "no", "no"],
    ]
    assert deeds(dashboard)[0] == "participant.exported"


def test_programs_do_what_the_pages_do(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    headers = {"X-CSRFToken": csrf_of(researcher)}
    made = researcher.post(API, json={"code": "P01", "condition": "a"}, headers=headers)
    assert made.status_code == 201
    where = f"{API}/{made.get_json()['id']}"
    assert researcher.patch(where, json={"archived": True}, headers=headers).get_json()["archived_at"]
    day = {"on": "2026-01-31", "form": "v2"}
    consented = researcher.put(f"{where}/consent", json=day, headers=headers).get_json()
    assert (consented["consented_on"], consented["consent_form"]) == ("2026-01-31", "v2")
    assert researcher.get(f"{API}?which=all&consent=given").get_json()["participants"]
    assert researcher.delete(f"{where}/consent", headers=headers).get_json()["withdrawn_at"]
    assert researcher.put(f"{where}/person", json=PERSON, headers=headers).status_code == 204
    assert researcher.get(f"{where}/person").get_json() == PERSON
    assert deeds(dashboard)[0] == "participant.person_viewed"
    assert researcher.delete(f"{where}/person?confirm=P1", headers=headers).status_code == 422
    assert researcher.delete(f"{where}/person?confirm=P01", headers=headers).get_json()["erased_at"]
    assert researcher.put(f"{where}/person", json=PERSON, headers=headers).status_code == 409
    text = "code,condition\nP02,b\nP03,b\n"
    check = researcher.post(f"{API}/import", json={"text": text, "check_only": True}, headers=headers)
    assert check.get_json() == {"found": 2, "added": 0}
    assert researcher.post(f"{API}/import", json={"text": text}, headers=headers).get_json()["added"] == 2
    again = researcher.post(f"{API}/import", json={"text": text}, headers=headers)
    assert (again.status_code, len(again.get_json()["errors"])) == (422, 2)
    first = researcher.get(f"{API}?which=all&limit=2").get_json()
    rest = researcher.get(f"{API}?which=all&limit=2&after={first['next']}").get_json()
    assert [one["code"] for one in first["participants"] + rest["participants"]] == ["P01", "P02", "P03"]


def test_the_key_of_personal_data_is_its_own(tmp_path: Path) -> None:
    settings = Settings().in_folder(tmp_path)
    key = personal_key(settings)
    assert personal_key(settings) == key
    assert (tmp_path / "secrets" / "personal.key").stat().st_mode & 0o077 == 0


def exchange_key(dashboard: TestDashboard) -> None:
    """Keep somebody's data as another key has sealed them, longer than all others."""
    sealed = PersonSeal(b"k" * 32).close(LAB_BENCH, "OLD", Person(SECRET_NAME))
    dashboard.participants.add(LAB_BENCH, [NewParticipant("OLD", sealed=sealed)])


def test_a_key_that_did_not_seal_the_data_is_told(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    persons = PersonSeal(personal_key(dashboard.settings))

    def health() -> dict[str, str]:
        answer = researcher.get("/api/health")
        assert answer.status_code == 200
        return answer.get_json()["checks"]["personal_key"]

    added(dashboard, researcher, "P01", **PERSON)
    with capture_logs() as logs:
        tell_wrong_key(dashboard.participants, persons)
    assert not logs
    assert health()["status"] == "ok"
    assert "wrong-key" not in researcher.get(BASE).text
    exchange_key(dashboard)
    with capture_logs() as logs:
        tell_wrong_key(dashboard.participants, persons)
    assert [(one["log_level"], one["event"]) for one in logs] == [("error", WRONG_KEY)]
    assert "personal.key" in logs[0]["remedy"]
    assert (health()["status"], health()["detail"]) == ("warning", WRONG_KEY)
    page = researcher.get(BASE).text
    assert 'data-testid="wrong-key"' in page
    assert SECRET_NAME not in page


def test_a_database_that_is_away_does_not_pass_for_a_wrong_key(
    dashboard: TestDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseUnavailable("gone")

    monkeypatch.setattr(dashboard.participants, "sealed_ends", away)
    with capture_logs() as logs:
        tell_wrong_key(dashboard.participants, PersonSeal(b"k" * 32))
    assert [one["log_level"] for one in logs] == ["warning"]


def test_the_log_says_at_the_start_that_the_key_is_another(tmp_path: Path) -> None:
    first = TestDashboard(tmp_path)
    exchange_key(first)
    first.close()
    with capture_logs() as logs:
        first.dashboard.tell_wrong_key().join(10.0)
    assert [one["event"] for one in logs] == [WRONG_KEY]


def test_what_another_key_has_sealed_is_not_overwritten(
    dashboard: TestDashboard, researcher: FlaskClient
) -> None:
    exchange_key(dashboard)
    (old,) = every(dashboard)
    before = dashboard.participants.person(LAB_BENCH, old.id)
    refused = post(researcher, f"{BASE}/{old.id}/person", **PERSON)
    assert (refused.status_code, "another key" in refused.text) == (409, True)
    assert dashboard.participants.person(LAB_BENCH, old.id) == before
    confirmed = post(researcher, f"{BASE}/{old.id}/erase", confirm="OLD")
    assert confirmed.status_code == 303, "who has lost the key for good can still erase"
    assert "wrong-key" not in researcher.get(BASE).text

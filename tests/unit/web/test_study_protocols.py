"""Protocols of a study: checked before they are stored, never changed after, seen by the team alone."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from hristudio_core.store import LAB_BENCH, Role, StudyRole
from tests.servers.dashboard import PROTOCOLS, TestDashboard
from tests.servers.web_client import csrf_of, signed_in

PLACE = f"/studies/{LAB_BENCH}/protocols"
GREETING = (PROTOCOLS / "greeting.yaml").read_text()


@pytest.fixture
def dashboard(tmp_path: Path) -> Iterator[TestDashboard]:
    made = TestDashboard(tmp_path)
    yield made
    made.close()


@pytest.fixture
def researcher(dashboard: TestDashboard) -> FlaskClient:
    return signed_in(dashboard, StudyRole.RESEARCHER)


def store(client: FlaskClient, text: str, *, as_file: bool = False, place: str = PLACE) -> TestResponse:
    form: dict[str, object] = {"csrf_token": csrf_of(client)}
    form |= {"file": (io.BytesIO(text.encode()), "p.yaml")} if as_file else {"text": text}
    return client.post(place, data=form, content_type="multipart/form-data")


@pytest.mark.parametrize("as_file", [True, False])
def test_a_protocol_is_stored_and_shown(
    dashboard: TestDashboard, researcher: FlaskClient, as_file: bool
) -> None:
    answer = store(researcher, GREETING, as_file=as_file)
    assert (answer.status_code, answer.location) == (303, f"{PLACE}/greeting/1")
    shown = researcher.get(answer.location).text
    for words in ("First greeting", "is stored as version 1", "<svg", "The flow in words", "Goodbye"):
        assert words in shown
    assert 'data-testid="protocol"' in researcher.get(PLACE).text
    assert researcher.get(f"{PLACE}/greeting").location == f"{PLACE}/greeting/1"
    assert researcher.get(f"{PLACE}/greeting/1/source").text == GREETING
    (record,) = dashboard.audit.page(action="protocol.")
    assert (record.action, record.detail["protocol"]) == ("protocol.stored", "greeting")


def test_problems_show_at_their_lines_and_nothing_is_stored(researcher: FlaskClient) -> None:
    broken = GREETING.replace("hristudio: 1", "hristudio: 1\nnonsense: true").replace("steps:", "stepps:")
    answer = store(researcher, broken)
    assert answer.status_code == 422
    assert "nonsense" in answer.text
    assert 'href="#line-' in answer.text
    assert answer.text.count('class="line bad"') >= 2
    assert "Goodbye" in answer.text
    assert 'data-testid="protocol"' not in researcher.get(PLACE).text


@pytest.mark.parametrize("text", ["", "\x00", "[" * 5000, "<script>alert(1)</script>", "a: *b", "\ud7ff: 1"])
def test_what_is_no_protocol_is_refused(researcher: FlaskClient, text: str) -> None:
    answer = store(researcher, text)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text


def test_too_much_is_refused(researcher: FlaskClient) -> None:
    form = "application/x-www-form-urlencoded"
    assert researcher.post(PLACE, data=b"text=" + b"x" * 2_000_000, content_type=form).status_code == 413


def test_the_same_is_stored_once_and_a_change_is_the_next_version(researcher: FlaskClient) -> None:
    store(researcher, GREETING)
    again = store(researcher, "# only a remark\n" + GREETING)
    assert again.location == f"{PLACE}/greeting/1"
    assert "means the same as version 1" in researcher.get(again.location).text
    changed = store(researcher, GREETING.replace("How are you today?", "How do you do?"))
    assert changed.location == f"{PLACE}/greeting/2"
    shown = researcher.get(changed.location).text
    assert "What changed since version 1" in shown
    assert "not the newest" in researcher.get(f"{PLACE}/greeting/1").text
    told = researcher.get(f"{PLACE}/greeting/2/since/1").text
    assert "1 lines added, 1 removed" in told
    assert told.count('class="line added"') == told.count('class="line removed"') == 1
    assert "How do you do?" in told
    assert "The two texts are the same" in researcher.get(f"{PLACE}/greeting/2/since/2").text


@pytest.mark.parametrize(
    "path", ["/none", "/greeting/2", "/greeting/0", "/greeting/1/since/9", "/greeting/99999999999999999999"]
)
def test_what_is_not_there_is_not_found(researcher: FlaskClient, path: str) -> None:
    store(researcher, GREETING)
    assert researcher.get(PLACE + path).status_code == 404


def test_an_archived_protocol_is_put_aside_and_taken_up(researcher: FlaskClient) -> None:
    store(researcher, GREETING)
    form = {"csrf_token": csrf_of(researcher)}
    assert researcher.post(f"{PLACE}/greeting/archive", data=form).status_code == 303
    assert 'data-testid="protocol"' not in researcher.get(PLACE).text
    assert 'data-testid="protocol"' in researcher.get(f"{PLACE}?archived=yes").text
    assert researcher.post(f"{PLACE}/greeting/take-up", data=form).status_code == 303
    assert 'data-testid="protocol"' in researcher.get(PLACE).text


def test_who_watches_reads_and_who_studies_stores(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    store(researcher, GREETING)
    for role in (StudyRole.WIZARD, StudyRole.OBSERVER):
        client = signed_in(dashboard, role)
        shown = client.get(PLACE)
        assert shown.status_code == 200
        assert "Check and store" not in shown.text
        assert store(client, GREETING).status_code == 403
    nobody = signed_in(dashboard, Role.MEMBER)
    for path in (PLACE, f"{PLACE}/greeting/1", f"{PLACE}/greeting/1/source"):
        assert nobody.get(path).status_code == 403


def test_studies_keep_their_protocols_apart(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    store(researcher, GREETING)
    other = dashboard.studies.create("Other", "", dashboard.people[StudyRole.RESEARCHER].id)
    dashboard.dashboard.visitors.refresh()
    assert 'data-testid="protocol"' not in researcher.get(f"/studies/{other.id}/protocols").text
    assert researcher.get(f"/studies/{other.id}/protocols/greeting/1").status_code == 404


@pytest.mark.parametrize("file", sorted(PROTOCOLS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_example_can_be_stored_and_drawn(researcher: FlaskClient, file: Path) -> None:
    answer = store(researcher, file.read_text(), as_file=True)
    assert answer.status_code == 303
    assert "<svg" in researcher.get(answer.location).text


def test_bytes_that_are_no_text_are_told_and_not_mended(researcher: FlaskClient) -> None:
    data = GREETING.encode().replace(b"First greeting", b"First gr\xe9eting")
    form = {"csrf_token": csrf_of(researcher), "file": (io.BytesIO(data), "p.yaml")}
    answer = researcher.post(PLACE, data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "UTF-8" in answer.text


def test_programs_do_the_same(dashboard: TestDashboard, researcher: FlaskClient) -> None:
    api, headers = f"/api/v1{PLACE}", {"X-CSRFToken": csrf_of(researcher)}
    made = researcher.post(api, json={"text": GREETING}, headers=headers)
    assert made.status_code == 201
    version = made.get_json()
    assert (version["name"], version["number"], version["source"]) == ("greeting", 1, GREETING)
    assert researcher.get(f"{api}/greeting/1").get_json() == version
    assert [one["name"] for one in researcher.get(api).get_json()["protocols"]] == ["greeting"]
    wrong = researcher.post(api, json={"text": GREETING.replace("title:", "tittle:", 1)}, headers=headers)
    assert (wrong.status_code, wrong.content_type) == (422, "application/problem+json")
    assert any("tittle" in one for one in wrong.get_json()["errors"])
    put_aside = researcher.patch(f"{api}/greeting", json={"archived": True}, headers=headers)
    assert put_aside.get_json()["archived_at"]
    assert researcher.get(api).get_json()["protocols"] == []
    assert signed_in(dashboard, StudyRole.OBSERVER).post(api, json={"text": GREETING}).status_code in {
        400,
        403,
    }

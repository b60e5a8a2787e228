"""`hristudio flag` against a real database: what is set, told, and on the audit trail."""

import json
from pathlib import Path

import pytest

from hristudio_core.cli import main
from hristudio_core.flags import Rule, State
from hristudio_core.store import LAB_BENCH, Database, PostgresAccounts, PostgresFlags, Role
from tests.servers.postgres import DatabaseUrls


@pytest.fixture
def settings(database_urls: DatabaseUrls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_urls.app)
    monkeypatch.setenv("HRISTUDIO_DATA", str(tmp_path))


def run(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    try:
        done = main(["flag", *words])
    except SystemExit as error:
        done = error.code
    assert done == code
    said = capsys.readouterr()
    return said.err if code else said.out


@pytest.mark.usefixtures("settings")
def test_a_flag_is_set_told_and_cleared(capsys: pytest.CaptureFixture[str]) -> None:
    assert "camera: on for everybody (default)" in run(capsys, "list")
    told = run(capsys, "set", "camera", "some", "--role", "wizard", "--study", LAB_BENCH, "--share", "20")
    assert "role wizard, 20 % of the accounts" in told
    [camera] = [one for one in json.loads(run(capsys, "list", "--json")) if one["name"] == "camera"]
    assert camera["rule"] == {"state": "some", "studies": [LAB_BENCH], "roles": ["wizard"], "share": 20}
    run(capsys, "clear", "camera")
    cleared, was_set = json.loads(run(capsys, "history", "camera", "--json"))
    assert (was_set["from"], cleared["to"]) == ("on for everybody (default)",) * 2
    assert "@" in was_set["by"]
    assert "nobody has switched it" in run(capsys, "history", "plots")


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    "words",
    [
        ("set", "camera", "some"),
        ("set", "camera", "on", "--share", "5"),
        ("set", "camera", "some", "--share", "101"),
        ("set", "camera", "some", "--role", "king"),
        ("set", "cameras", "on"),
    ],
)
def test_what_makes_no_sense_is_refused(capsys: pytest.CaptureFixture[str], words: tuple[str, ...]) -> None:
    assert run(capsys, *words, code=2)
    assert json.loads(run(capsys, "list", "--json"))[0]["rule"] is None


@pytest.mark.usefixtures("settings")
def test_a_flag_of_another_release_is_told_and_forgotten(
    capsys: pytest.CaptureFixture[str], database: Database
) -> None:
    PostgresFlags(database).change("retired", Rule(State.OFF))
    assert "retired: off for everybody" in run(capsys, "list")
    run(capsys, "clear", "retired")
    assert "retired" not in run(capsys, "list")
    run(capsys, "clear", "retired", code=3)


@pytest.mark.usefixtures("settings")
def test_a_study_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for given in ("0190c5a0-0000-7000-8000-000000000000", "gaze"):
        told = run(capsys, "set", "camera", "some", "--study", given, code=3)
        assert f"there is no study {given}: give the id" in told
    assert json.loads(run(capsys, "list", "--json"))[0]["rule"] is None


@pytest.mark.usefixtures("settings")
def test_what_is_so_already_is_told_and_leaves_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nobody had set it, nothing is changed" in run(capsys, "clear", "camera")
    assert "nobody has switched it" in run(capsys, "history", "camera")
    assert "nothing is changed" not in run(capsys, "set", "camera", "off")
    assert "it was so already, nothing is changed" in run(capsys, "set", "camera", "off")
    assert len(json.loads(run(capsys, "history", "camera", "--json"))) == 1


@pytest.mark.usefixtures("settings")
def test_who_switched_it_is_told_by_name(capsys: pytest.CaptureFixture[str], database: Database) -> None:
    ada = PostgresAccounts(database).create("ada@lab.example", "Ada Lovelace", Role.ADMINISTRATOR)
    gone = "0190c5a0-0000-7000-8000-00000000000a"
    PostgresFlags(database).change("camera", Rule(State.OFF), account_id=ada.id)
    PostgresFlags(database).change("camera", None, account_id=gone)
    cleared, was_set = run(capsys, "history", "camera").splitlines()
    assert "Ada Lovelace: on for everybody (default) -> off for everybody" in was_set
    assert gone in cleared
    [_, line] = json.loads(run(capsys, "history", "camera", "--json"))
    assert (line["account"], line["name"]) == (ada.id, "Ada Lovelace")

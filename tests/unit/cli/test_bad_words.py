"""What makes no sense is refused before anything is started or made."""

from pathlib import Path

import pytest

from hristudio_core.cli import main
from hristudio_core.cli._verb import Exit


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["up", "--robot", "toaster"], "sim"),
        (["up", "--port", "99999"], "--port"),
        (["up", "--port", "-1"], "--port"),
        (["up", "--namespace", "1 bad", "--port", "0", "--bridge-port", "0"], "lab/nao"),
        (
            ["up", "--params-file", "/no/such/file.yaml", "--port", "0", "--bridge-port", "0"],
            "/no/such/file.yaml",
        ),
        (["up", "--log-level", "loud"], "--log-level"),
        (["trial", "run", "greeting", "--robot", "toaster"], "sim"),
        (["trial", "run", "greeting", "--speed", "0"], "--speed"),
        (["trial", "run", "greeting", "--seed", "x"], "--seed"),
        (["trial", "run", "greeting", "--seed", "-1"], "--seed"),
        (["trial", "run", "greeting", "--param", "novalue"], "NAME=VALUE"),
        (["trial", "verify", "last"], "no trial is kept yet"),
        (["node", "toaster"], "skill_server"),
        (["user", "link", "--minutes", "-5"], "--minutes"),
        ([], "`hristudio --help` says what each of backup, config,"),
        (["statsu"], "did you mean `hristudio status`?"),
        (["debug"], "`hristudio debug --help` says what each of off, on, status does"),
        (["protocol", "check"], "says what each of digest, new, show, validate does"),
        (["protocol", "shwo"], "did you mean `hristudio protocol show`?"),
        (["backup", "create", "--nonsense"], "`hristudio backup create --help` says more"),
        (["protocol", "validate", "/"], "/ is a folder, no protocol (installed are: gaze_and_speech,"),
        (["protocol", "validate", "toaster"], "there is no protocol toaster (installed are:"),
        (["protocol", "validate", "greeting", "--robot", "toaster"], "there is no robot profile toaster"),
    ],
)
def test_nonsense_is_refused_with_a_hint(
    words: list[str],
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("HRISTUDIO_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    try:
        code = main(words)
    except SystemExit as stop:
        code = stop.code
    err = capsys.readouterr().err
    assert code in {Exit.USAGE, Exit.CANNOT_NOW}
    assert told in err
    assert "fault of HRIStudio" not in err
    assert not (tmp_path / "data" / "postgres").exists()


def test_settings_that_cannot_be_used_are_told_all_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HRISTUDIO_WEB_PORT", "many")
    monkeypatch.setenv("ROS_DOMAIN_ID", "500")
    assert main(["doctor"]) == Exit.CANNOT_NOW
    err = capsys.readouterr().err
    assert "HRISTUDIO_WEB_PORT" in err
    assert "ROS_DOMAIN_ID" in err

"""The commands of an upgrade: as whom they run, and what is told of those that fail."""

import os
import sys
from pathlib import Path

import pytest

from hristudio_core.upgrade import Hands, Release, StepFailed

NOBODY = 65534


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_what_writes_into_the_data_folder_runs_as_its_owner(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, NOBODY, NOBODY)
    hands = Hands(tmp_path, data)
    assert hands._run(["id", "-u"]) == f"{NOBODY}\n"
    assert hands._run(["id", "-u"], as_root=True) == "0\n"
    # A folder that is yet to be made belongs to whoever has the one above.
    assert Hands(tmp_path, data / "new")._run(["id", "-u"]) == f"{NOBODY}\n"


def test_what_fails_is_named_with_its_last_words(tmp_path: Path) -> None:
    hands = Hands(tmp_path, tmp_path)
    with pytest.raises(
        StepFailed, match=r"`hristudio_core.cli backup made up ...` ended with 2:(?s:.*)invalid choice"
    ):
        hands.verb(Path(sys.executable), "backup", "made up")
    with pytest.raises(StepFailed, match="printed no JSON"):
        hands.told(Path("/bin/echo"), "hello")


def test_a_dashboard_that_does_not_change_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hristudio_core.upgrade.hands.SERVE_S", 0.0)
    hands = Hands(tmp_path, tmp_path)
    with pytest.raises(StepFailed, match="served by nothing, not by two alone"):
        hands.restart(["true"], Release("two", "2", tmp_path), lambda _: None)

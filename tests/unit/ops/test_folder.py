"""A data folder that cannot be used is refused with what to do."""

import errno
import os
from pathlib import Path

import pytest

from hristudio_core.cli import main
from hristudio_core.cli._verb import Exit
from hristudio_core.ops import folder as module
from hristudio_core.ops import secrets
from hristudio_core.ops.errors import DataFolderUnusableError
from hristudio_core.ops.folder import DataFolder, existing


def test_what_cannot_be_made_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DataFolderUnusableError, match=f"{tmp_path}/data.*\n.*HRISTUDIO_DATA=FOLDER"):
        DataFolder(tmp_path / "data" / "deep").prepare()


def test_secrets_that_cannot_be_written_leave_no_half_of_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    DataFolder(tmp_path).prepare()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(secrets.os, "fsync", full)
    with pytest.raises(DataFolderUnusableError, match=f"data folder {tmp_path} .*\n.*Make room"):
        secrets.ensure(tmp_path / "secrets")
    assert list((tmp_path / "secrets").iterdir()) == []


def test_a_full_disk_asks_for_room() -> None:
    full = Path("/dev/full")
    with pytest.raises(OSError, match="No space") as caught:
        full.write_text("x")
    told = str(DataFolderUnusableError(full, caught.value))
    assert "No space left on device\nMake room there, or choose another" in told


@pytest.mark.parametrize("private", ["", "run"])
def test_a_folder_of_somebody_else_is_refused_by_every_verb(
    private: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    DataFolder(tmp_path).prepare()
    theirs = tmp_path / private
    # Root enters every folder, so a stand-in answers for the kernel there.
    if os.geteuid():
        theirs.chmod(0)
    else:
        monkeypatch.setattr(module.os, "access", lambda path, _mode: Path(path) != theirs)
    try:
        for words in (["doctor"], ["status"], ["trial", "list"], ["backup", "create"], ["support"]):
            assert main([*words, "--data", str(tmp_path)]) == Exit.CANNOT_NOW
            told = capsys.readouterr().err
            assert f"{theirs}: Permission denied" in told
            assert "choose another: --data FOLDER" in told
    finally:
        theirs.chmod(0o700)


def test_the_nearest_folder_that_is_there_is_given(tmp_path: Path) -> None:
    assert existing(tmp_path / "a" / "b") == tmp_path

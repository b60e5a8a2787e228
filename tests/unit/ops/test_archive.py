"""An archive that somebody else may have packed lands in its folder and nowhere else, on every Python."""

import io
import tarfile
from pathlib import Path

import pytest

from hristudio_core.ops.archive import MemberRefusedError, unpack


def packed(name: str, kind: bytes = tarfile.REGTYPE, *, mode: int = 0o644, link: str = "") -> tarfile.TarFile:
    """An archive of one member, which holds "text" when it is a file."""
    member = tarfile.TarInfo(name)
    member.type, member.mode, member.linkname, member.mtime = kind, mode, link, 1_700_000_000
    member.size = 4 if kind == tarfile.REGTYPE else 0
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w") as archive:
        archive.addfile(member, io.BytesIO(b"text"))
    written.seek(0)
    return tarfile.open(fileobj=written)


def unpack_all(archive: tarfile.TarFile, into: Path) -> None:
    with archive:
        for member in archive:
            unpack(archive, member, into)


def test_a_file_is_ours_with_its_time_and_its_rights(tmp_path: Path) -> None:
    for _ in range(2):
        unpack_all(packed("deep/run.sh", mode=0o4777), tmp_path)
        found = (tmp_path / "deep" / "run.sh").stat()
        assert (tmp_path / "deep" / "run.sh").read_text() == "text"
        assert (found.st_mode & 0o7777, found.st_mtime) == (0o755, 1_700_000_000)
    unpack_all(packed("empty", tarfile.DIRTYPE), tmp_path)
    assert (tmp_path / "empty").is_dir()


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out"])
def test_nothing_lands_outside(name: str, tmp_path: Path) -> None:
    into = tmp_path / "into"
    into.mkdir()
    with pytest.raises(MemberRefusedError, match="outside"):
        unpack_all(packed(name), into)
    assert list(tmp_path.rglob("*")) == [into]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(kind: bytes, tmp_path: Path) -> None:
    with pytest.raises(MemberRefusedError, match="no file and no folder"):
        unpack_all(packed("odd", kind, link="/etc/passwd"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_link_that_is_there_already_leads_nobody_out(tmp_path: Path) -> None:
    into, outside = tmp_path / "into", tmp_path / "outside"
    into.mkdir()
    outside.mkdir()
    (into / "way").symlink_to(outside)
    with pytest.raises(MemberRefusedError, match="outside"):
        unpack_all(packed("way/out"), into)
    assert list(outside.iterdir()) == []

"""What only a folder does: files that people find, and hands that reach past the store."""

import io
import os
import time
from pathlib import Path

import pytest

from hristudio_core.media import (
    FolderMedia,
    NotStored,
    ObjectDamaged,
    Outcome,
    StoreAway,
    StoreRefused,
    Tickets,
)


@pytest.fixture
def media(tmp_path: Path) -> FolderMedia:
    return FolderMedia(tmp_path / "media", Tickets(b"x"))


def put(media: FolderMedia, key: str, data: bytes) -> None:
    media.put(key, io.BytesIO(data), "video/mp4")


def test_it_is_its_owners_alone(media: FolderMedia) -> None:
    media.root.mkdir(mode=0o755)
    looked = {step.name: step.outcome for step in media.ensure(dry_run=True)}
    assert looked == {
        "folder": Outcome.ALREADY,
        "private": Outcome.TO_DO,
        "unfinished": Outcome.ALREADY,
    }
    assert media.root.stat().st_mode & 0o077
    media.ensure()
    assert not media.root.stat().st_mode & 0o077


def test_an_object_is_a_file_where_people_find_it(media: FolderMedia) -> None:
    put(media, "trials/7/video.mp4", b"x")
    file = media.root / "trials" / "7" / "video.mp4"
    assert file.read_bytes() == b"x"
    assert not file.stat().st_mode & 0o077
    media.delete("trials/7/video.mp4")
    assert [path.name for path in media.root.iterdir() if not path.name.startswith(".")] == []


def test_a_file_that_was_altered_is_told(media: FolderMedia) -> None:
    put(media, "a", b"as it was")
    (media.root / "a").write_bytes(b"as it is!")
    with pytest.raises(ObjectDamaged, match="altered"):
        media.get("a", io.BytesIO())


def test_a_file_that_somebody_laid_there_is_described(media: FolderMedia) -> None:
    media.root.mkdir()
    (media.root / "a.mp4").write_bytes(b"x")
    [found] = media.list()
    assert (found.key, found.size, found.type, len(found.sha256)) == ("a.mp4", 1, "video/mp4", 64)


@pytest.mark.parametrize("moment", ["before the file", "after the file"])
def test_cut_off_while_replacing_leaves_no_wrong_description(
    media: FolderMedia, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    put(media, "a", b"one")

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    if moment == "before the file":
        monkeypatch.setattr(Path, "replace", die)
    else:
        monkeypatch.setattr(media, "_write_note", die)
    with pytest.raises(Killed):
        put(media, "a", b"two")
    monkeypatch.undo()
    target = io.BytesIO()
    media.get("a", target)
    assert target.getvalue() == (b"one" if moment == "before the file" else b"two")


def test_a_full_disk_leaves_what_was_there(media: FolderMedia) -> None:
    put(media, "a", b"one")

    class Full(io.BytesIO):
        def read(self, _size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreAway, match="No space left"):
        media.put("a", Full())
    target = io.BytesIO()
    media.get("a", target)
    assert target.getvalue() == b"one"
    assert list((media.root / ".drafts").iterdir()) == []


def test_uploads_that_were_never_finished_go_after_a_week(media: FolderMedia) -> None:
    put(media, "a", b"x")
    for name, age_s in (("old", 8 * 86_400), ("young", 60)):
        draft = media.root / ".drafts" / name
        draft.write_bytes(b"half")
        os.utime(draft, (time.time() - age_s,) * 2)
    assert {step.name: step.outcome for step in media.ensure()}["unfinished"] is Outcome.DONE
    assert [path.name for path in (media.root / ".drafts").iterdir()] == ["young"]


def test_a_key_below_another_object_is_told(media: FolderMedia) -> None:
    put(media, "a", b"x")
    with pytest.raises((StoreAway, StoreRefused)):
        put(media, "a/b", b"y")
    put(media, "c/d", b"x")
    with pytest.raises(StoreRefused, match="another key"):
        put(media, "c", b"y")
    with pytest.raises(NotStored):
        media.stat("c")
    assert [one.key for one in media.list()] == ["a", "c/d"]

"""What only the real journal can show: other processes, SIGKILL, a full disk, damage."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hristudio_core.journal import (
    Cursor,
    JournalBroken,
    JournalBusy,
    JournalFull,
    ReadOnlyJournal,
    SqliteJournal,
    verify,
)
from tests.servers.drafts import draft, ended, new_trial, started

_APPEND_FOREVER = """
import sys
from pathlib import Path
from hristudio_core.journal import SqliteJournal
from tests.servers.drafts import draft, started
journal = SqliteJournal.writer(Path(sys.argv[1]))
journal.append(sys.argv[2], [started()])
number = 1
while True:
    entries = journal.append(sys.argv[2], [draft(number=number + i) for i in range(3)])
    number += 3
    print(entries[-1].seq, entries[-1].hash, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal" / "robot.sqlite"


def test_survives_closing(path: Path) -> None:
    trial = new_trial()
    journal = SqliteJournal.writer(path)
    kept = journal.append(trial, [started(), draft(number=1)])
    name = journal.id
    journal.close()
    again = SqliteJournal.writer(path)
    assert again.id == name
    assert again.read(trial) == kept
    assert again.append(trial, [ended()])[0].seq == 3
    again.close()


def test_every_commit_is_synced(path: Path) -> None:
    journal = SqliteJournal.writer(path)
    connection = journal._connection
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    journal.close()


def test_no_committed_entry_is_lost_when_the_writer_is_killed(path: Path) -> None:
    trial = new_trial()
    for answers in (1, 7, 40):
        command = [sys.executable, "-c", _APPEND_FOREVER, str(path), trial]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3])
        lines = [child.stdout.readline() for _ in range(answers)]
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
        child.wait()
        child.stdout.close()
        last, digest = [line for line in lines if line.endswith("\n")][-1].split()
        journal = SqliteJournal.writer(path)
        entries = journal.read(trial, limit=1_000_000)
        assert entries[int(last) - 1].hash == digest
        assert verify(entries) == []
        assert len(entries) >= int(last)
        journal.close()


def test_a_second_writer_is_refused_and_readers_are_not(path: Path) -> None:
    journal = SqliteJournal.writer(path)
    trial = new_trial()
    with pytest.raises(JournalBusy) as caught:
        SqliteJournal.writer(path)
    assert caught.value.pid == os.getpid()
    reader = SqliteJournal.reader(path)
    kept = journal.append(trial, [started()])
    assert reader.read(trial) == kept
    with pytest.raises(ReadOnlyJournal):
        reader.append(trial, [draft()])
    with pytest.raises(ReadOnlyJournal):
        reader.prune(0)
    journal.close()
    reader.close()
    SqliteJournal.writer(path).close()


def test_a_writer_killed_in_another_process_leaves_no_lock(path: Path) -> None:
    code = "import sys; from pathlib import Path; from hristudio_core.journal import SqliteJournal\n"
    code += "journal = SqliteJournal.writer(Path(sys.argv[1])); print('holds', flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "holds\n"
    with pytest.raises(JournalBusy) as caught:
        SqliteJournal.writer(path)
    assert caught.value.pid == child.pid
    child.kill()
    child.communicate()
    SqliteJournal.writer(path).close()


def test_a_reader_may_come_before_any_writer(path: Path) -> None:
    reader = SqliteJournal.reader(path)
    assert reader.trials() == []
    journal = SqliteJournal.writer(path)
    assert journal.id == reader.id
    kept = journal.append(new_trial(), [started()])
    assert reader.unshipped(9).entries == tuple(kept)
    journal.close()
    reader.close()


@pytest.mark.parametrize("attempt", range(10))
def test_many_who_open_it_first_agree_on_one_journal(path: Path, attempt: int) -> None:
    gate = threading.Barrier(6)
    names: list[str] = []

    def open_it() -> None:
        gate.wait()
        reader = SqliteJournal.reader(path)
        names.append(reader.id)
        reader.close()

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 6
    assert len(set(names)) == 1


def test_the_reader_marks_and_the_writer_sees_it(path: Path) -> None:
    journal, reader = SqliteJournal.writer(path), SqliteJournal.reader(path)
    journal.append(new_trial(), [started(), draft()])
    reader.mark_shipped(reader.unshipped(1).cursor)
    assert journal.backlog().count == 1
    journal.close()
    reader.close()


def test_a_reader_does_not_hold_the_writer_up(path: Path) -> None:
    journal, reader = SqliteJournal.writer(path), SqliteJournal.reader(path)
    trial = new_trial()
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not done.is_set():
            seen.append(len(reader.read(trial, limit=10_000)))

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(50):
        journal.append(trial, [draft(number=number)])
    done.set()
    thread.join()
    assert seen == sorted(seen)
    journal.close()
    reader.close()


def test_a_lost_shipping_mark_is_asked_for_again(path: Path) -> None:
    journal = SqliteJournal.writer(path)
    journal.append(new_trial(), [started()])
    journal.mark_shipped(journal.unshipped(1).cursor)
    journal.close()
    for file in path.parent.glob("*.shipped*"):
        file.unlink()
    journal = SqliteJournal.writer(path)
    assert journal.unshipped(9).after == Cursor(journal.id)
    journal.close()


def test_a_journal_set_back_to_an_older_copy_ships_again(path: Path) -> None:
    trial = new_trial()
    journal = SqliteJournal.writer(path)
    journal.append(trial, [started()])
    journal.close()
    older = path.read_bytes()
    journal = SqliteJournal.writer(path)
    journal.append(trial, [draft(number=1)])
    cursor = journal.unshipped(9).cursor
    journal.close()
    path.write_bytes(older)
    journal = SqliteJournal.writer(path)
    journal.append(trial, [draft(number=2)])
    assert journal.mark_shipped(cursor) == Cursor(journal.id)
    assert len(journal.unshipped(9).entries) == 2
    journal.close()


def test_a_foreign_or_damaged_file_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"this is no journal" * 1000)
    with pytest.raises(JournalBroken):
        SqliteJournal.writer(path)
    path.unlink()
    SqliteJournal.writer(path).close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    other.close()
    with pytest.raises(JournalBroken, match="format 99"):
        SqliteJournal.writer(path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalBroken, match="cannot make"):
        SqliteJournal.writer(tmp_path / "file" / "journal.sqlite")


def test_a_bound_on_its_size_holds(path: Path) -> None:
    journal = SqliteJournal.writer(path, max_pages=20)
    with pytest.raises(JournalFull):
        journal.append(new_trial(), [started(text="x" * 100_000)])
    assert journal.trials() == []
    journal.close()


@pytest.fixture
def small_disk() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hristudio-disk-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("mounting a small disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)
    folder.rmdir()


def test_a_full_disk_loses_nothing_and_once_there_is_room_no_gap_remains(small_disk: Path) -> None:
    trial = new_trial()
    journal = SqliteJournal.writer(small_disk / "journal.sqlite")
    journal.append(trial, [started()])
    ballast = small_disk / "ballast"
    room = os.statvfs(small_disk).f_bavail * 4096
    ballast.write_bytes(b"x" * (room - 32 * 1024))
    kept = 1
    with pytest.raises(JournalFull):  # noqa: PT012 - how many fit is the disk's affair
        for number in range(1, 1000):
            kept += len(journal.append(trial, [draft(number=number, text="y" * 500)]))
    with pytest.raises(JournalFull):
        journal.append(trial, [draft(text="y" * 50_000)])
    assert len(journal.read(trial)) == kept
    ballast.unlink()
    assert journal.append(trial, [draft(number=kept)])[0].seq == kept + 1
    assert verify(journal.read(trial)) == []
    journal.close()
    journal = SqliteJournal.writer(small_disk / "journal.sqlite")
    assert len(journal.read(trial)) == kept + 1
    journal.close()

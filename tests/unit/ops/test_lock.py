import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hristudio_core.ops.errors import AlreadyRunningError
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.lock import FolderLock, is_held, running_record
from hristudio_core.ops.record import StackRecord, erase_record, read_record, write_record

HOLD = """
import sys
from pathlib import Path
from hristudio_core.ops.folder import DataFolder
from hristudio_core.ops.lock import FolderLock
with FolderLock(DataFolder(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    folder.prepare()
    return folder


def record(**changes: object) -> StackRecord:
    values = {
        "pid": 4711, "version": "1", "started_ns": 1, "namespace": "", "robot": "sim", "domain": 3,
        "discovery": "LOCALHOST", "addresses": {"dashboard": "http://127.0.0.1:8123"},
    }  # fmt: skip
    return StackRecord(**{**values, **changes})


def test_a_second_holder_is_told_who_the_first_is(folder: DataFolder):
    write_record(folder, record(pid=os.getpid()))
    with FolderLock(folder):
        assert is_held(folder)
        with pytest.raises(AlreadyRunningError) as caught:
            FolderLock(folder).acquire()
    assert caught.value.pid == os.getpid()
    assert "http://127.0.0.1:8123" in str(caught.value)
    assert "--data" in str(caught.value)
    assert not is_held(folder)


def test_the_record_of_a_dead_stack_is_not_that_of_whoever_holds_the_folder_now(folder: DataFolder):
    write_record(folder, record(pid=4711))
    assert running_record(folder) is None
    with FolderLock(folder):
        assert running_record(folder) is None
        with pytest.raises(AlreadyRunningError) as caught:
            FolderLock(folder).acquire()
        assert caught.value.addresses == {}
        write_record(folder, record(pid=os.getpid()))
        assert running_record(folder) == record(pid=os.getpid())
    assert running_record(folder) is None


def test_asking_takes_the_lock_from_nobody(folder: DataFolder):
    assert not is_held(folder)
    with FolderLock(folder):
        pass
    assert not is_held(folder)
    with FolderLock(folder):
        assert is_held(folder)


def test_the_lock_of_a_killed_process_is_free(folder: DataFolder):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        assert is_held(folder)
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        with FolderLock(folder):
            pass


def test_records_come_back_as_they_were_written(folder: DataFolder):
    assert read_record(folder) is None
    write_record(folder, record(ready=True))
    assert read_record(folder) == record(ready=True)
    erase_record(folder)
    assert read_record(folder) is None


def test_half_a_record_is_none(folder: DataFolder):
    write_record(folder, record())
    path = folder.run / "stack.json"
    path.write_bytes(path.read_bytes()[:20])
    assert read_record(folder) is None

"""Each fault that the doctor is to find, made, and what it says of it."""

import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from hristudio_core.notice import Notice
from hristudio_core.ops import doctor
from hristudio_core.ops.clock import Synchronisation, synchronisation
from hristudio_core.ops.doctor import Verdict
from hristudio_core.ops.lock import FolderLock
from hristudio_core.ops.machine import machine
from hristudio_core.ops.notice_file import write_notice
from hristudio_core.ops.record import ProcessRecord, StackRecord, write_record
from hristudio_core.ops.settings import CoreSettings, Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(core=CoreSettings(data=tmp_path))
    made.folder.prepare()
    return made


@pytest.fixture
def running(settings: Settings) -> Iterator[Settings]:
    """A stack of one process, this one."""
    process = ProcessRecord("trial_manager", "running", os.getpid())
    record = StackRecord(os.getpid(), "1", time.time_ns(), "", "sim", 0, "", {}, (process,))
    with FolderLock(settings.folder):
        write_record(settings.folder, record)
        yield settings


def test_the_process_that_has_most_memory_is_named(
    running: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LEAST_MEMORY", 1)
    assert "trial_manager most" in doctor.check_memory(running).found
    monkeypatch.setattr(doctor, "MOST_MEMORY", 1_000_000)
    found = doctor.check_memory(running)
    assert (found.verdict, "profile memory trial_manager" in found.remedy) == (Verdict.WARNING, True)


def test_no_memory_left(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_MEMORY", 10**15)
    found = doctor.check_memory(settings)
    assert (found.verdict, "end other programs" in found.remedy) == (Verdict.WARNING, True)
    assert "ours take" not in found.found


def test_no_room_on_the_disk(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(settings.data) in doctor.check_disk(settings).found
    monkeypatch.setattr(doctor, "LEAST_DISK", 10**18)
    found = doctor.check_disk(settings)
    assert (found.verdict, "maintenance run" in found.remedy) == (Verdict.PROBLEM, True)


@pytest.mark.parametrize(
    ("known", "programs", "verdict", "words"),
    [
        (Synchronisation(kept=True, error_s=0.0123), [], Verdict.OK, "at most 12 ms off"),
        (
            Synchronisation(kept=False, error_s=16.0),
            ["chronyd"],
            Verdict.WARNING,
            "chronyd has not set it yet",
        ),
        (Synchronisation(kept=False, error_s=16.0), [], Verdict.WARNING, "kept by no time service"),
        (None, [], Verdict.WARNING, "kept by no time service"),
    ],
)
def test_a_clock_that_nobody_keeps(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    known: Synchronisation | None,
    programs: list[str],
    verdict: Verdict,
    words: str,
) -> None:
    monkeypatch.setattr(doctor, "synchronisation", lambda: known)
    monkeypatch.setattr(doctor, "_process_names", lambda: programs)
    found = doctor.check_clock(settings)
    assert (found.verdict, words in found.found) == (verdict, True)
    assert (found.remedy == "") == (verdict is Verdict.OK)


def test_a_clock_that_is_not_set(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.time, "time", lambda: 86_400.0)
    assert doctor.check_clock(settings).verdict is Verdict.PROBLEM


def test_the_kernel_tells_how_its_clock_is_kept() -> None:
    known = synchronisation()
    assert known is not None
    assert known.error_s >= 0
    # A clock that nobody keeps is off by as much as the kernel counts to, or on its way there.
    assert known.kept or known.error_s > 0


def test_secrets_that_others_may_read(settings: Settings) -> None:
    secret = settings.folder.secrets / "bridge.key"
    secret.write_bytes(b"k" * 64)
    secret.chmod(0o644)
    found = doctor.check_data(settings)
    assert (found.verdict, found.remedy) == (Verdict.PROBLEM, f"chmod 600 {secret}")


def test_a_maintenance_that_is_in_force(settings: Settings) -> None:
    now = datetime.now(timezone.utc)
    assert doctor.check_maintenance(settings).verdict is Verdict.OK
    write_notice(settings.folder.run, Notice(starts_at=now + timedelta(hours=1), by="ada"))
    assert doctor.check_maintenance(settings).verdict is Verdict.OK
    write_notice(settings.folder.run, Notice(starts_at=now - timedelta(hours=1), by="ada"))
    found = doctor.check_maintenance(settings)
    assert (found.verdict, "maintenance off" in found.remedy) == (Verdict.WARNING, True)


def test_the_disk_that_counts_is_that_of_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []
    usage = doctor.shutil.disk_usage

    def ask(path: Path) -> object:
        asked.append(path)
        return usage(path)

    monkeypatch.setattr("hristudio_core.ops.machine.shutil.disk_usage", ask)
    told = machine(tmp_path / "not" / "there")
    assert asked == [tmp_path]
    assert told["disk_bytes"]["total"] > told["disk_bytes"]["free"] > 0

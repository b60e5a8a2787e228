"""A disk that fills up under the journal: the trial stands still safely, says why, and goes on."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hristudio_core.journal import verify
from tests.servers.trial import TrialRig, payloads

TALK = """
hristudio: 1
name: talk
version: "1"
title: Talk
steps:
  - id: ask
    title: Ask
    do:
      - prompt:
          text: Again?
          options:
            - {id: more, label: More, hotkey: m, next: ask}
            - {id: enough, label: Enough, hotkey: e}
      - drive: {distance_m: 2.0, speed_mps: 0.3}
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_trial_pauses_says_why_and_goes_on_when_there_is_room(small_disk):
    with TrialRig(small_disk, sim={"time_scale": 1.0}, manager={"seat_ttl_s": 600.0}) as rig:
        rig.run(TALK)
        rig.seat()
        assert rig.decide("enough").accepted
        rig.until_moving()
        ballast = small_disk / "ballast"
        _fill(ballast)
        # A note needs no robot: what cannot be recorded is not done.
        refused = rig.observer.until(lambda: _refused(rig), what="a refusal")
        assert refused.code == "journal"
        assert "disk" in refused.message or "room" in refused.message
        rig.observer.until(lambda: "cannot be kept" in rig.state.reason, what="the reason")
        rig.until_still()
        ballast.unlink()
        paused = rig.until_phase("paused")
        assert "could not be kept" in paused.reason
        assert rig.control("abort").accepted
        rig.until_phase("ended")
        record = rig.record()
    assert verify(record) == []
    assert payloads(record, "journal.gap")


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass


def _refused(rig: TrialRig):
    # The journal's own file may have some room left in its last pages.
    reply = rig.annotate("x" * 2000)
    return None if reply.accepted else reply

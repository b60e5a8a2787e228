"""The record of the stop, on a real disk."""

import os
import stat
from pathlib import Path

import pytest
from hristudio.srv import StopRobot
from rclpy.context import Context

from hristudio_core.nodes.skills.halt import Halt
from hristudio_core.nodes.skills.latch import Latch, LatchState
from hristudio_core.robot import load_profile
from tests.servers.processes import ROOT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "default.stop"


def reopened(path: Path) -> LatchState:
    latch = Latch(path)
    state = latch.state
    latch.close()
    return state


def test_a_first_start_is_free_and_private(path: Path) -> None:
    assert reopened(path) == LatchState()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_is_kept_is_there_for_whoever_comes_next(path: Path) -> None:
    latch = Latch(path)
    size = path.stat().st_size
    state = LatchState(True, "wizard", 'a "reason" with ü and \\', 123)
    latch.set(state)
    assert latch.holds()
    latch.keep()  # neither synced nor closed: as if killed now
    assert reopened(path) == state
    assert path.stat().st_size == size, "a longer record would need space on the disk"


@pytest.mark.parametrize("text", ["x" * 5000, "\N{PILE OF POO}" * 400, "\x00" * 400, '"\\' * 400])
def test_any_reason_fits_its_block(path: Path, text: str) -> None:
    latch = Latch(path)
    latch.set(LatchState(True, text, text, 1))
    latch.keep()
    kept = reopened(path)
    assert kept.stopped
    assert text.startswith(kept.reason)


@pytest.mark.parametrize(
    "block",
    [
        b"{",
        b"null",
        b"[]",
        b'{"stopped": "no"}',
        b'{"stopped": false, "more": 1}',
        b"\xff\x00",
        b"\n" * 1024,
        b" ",
    ],
)
def test_what_cannot_be_understood_means_stopped(path: Path, block: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(block)
    state = reopened(path)
    assert state.stopped
    assert "cannot be read" in state.reason
    assert reopened(path) == state


def test_a_record_that_cannot_be_written_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")
    with pytest.raises(OSError, match="run"):
        Latch(tmp_path / "run" / "default.stop")


def test_a_stop_of_which_a_part_fails_is_kept_and_tried_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = Context()
    context.init([])
    profile = load_profile(ROOT / "config" / "robots" / "sim.yaml")
    halt = Halt(profile, Latch(path), context, f"/halt{os.getpid()}")

    def fail() -> None:
        raise RuntimeError("the middleware is out of memory")

    monkeypatch.setattr(halt._means, "silence", fail)
    with pytest.raises(RuntimeError):
        halt._on_stop(StopRobot.Request(actor="ada", reason="too close"), StopRobot.Response())
    assert not halt._repeating.is_canceled()
    halt.close()
    context.try_shutdown()
    assert (reopened(path).stopped, reopened(path).actor) == (True, "ada")

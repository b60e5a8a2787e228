"""The debug mode of a process: who listens, how long, and what has no effect."""

import os
import threading
from pathlib import Path

import pytest

from hristudio_telemetry import Debug, DebugWatch, read_debug, write_debug
from tests.servers.waiting import until

NOW_S = 1_800_000_000.0


class Switch:
    """Notes how a process is switched, at a time that stands where the test puts it."""

    def __init__(self, run: Path, process: str = "web") -> None:
        self.turned: list[bool] = []
        self.now_s = NOW_S
        self.watch = DebugWatch(run, process, self.turned.append, clock=lambda: self.now_s)


def test_it_is_on_until_its_time_has_come(tmp_path: Path) -> None:
    one = Switch(tmp_path)
    one.watch.look()
    write_debug(tmp_path, Debug(NOW_S + 60))
    one.watch.look()
    one.now_s += 59
    one.watch.look()
    assert one.turned == [True]
    one.now_s += 1
    one.watch.look()
    assert one.turned == [True, False]


def test_it_is_asked_for_again_and_taken_back(tmp_path: Path) -> None:
    one = Switch(tmp_path)
    for asked in (Debug(NOW_S + 60), None, Debug(NOW_S + 60, "ada", ("web", "bridge"))):
        write_debug(tmp_path, asked)
        one.watch.look()
    assert one.turned == [True, False, True]
    assert read_debug(tmp_path) == Debug(NOW_S + 60, "ada", ("web", "bridge"))
    write_debug(tmp_path, None)
    write_debug(tmp_path, None)
    assert list(tmp_path.iterdir()) == []


def test_processes_of_another_user_than_who_asks_can_read_it(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_debug(tmp_path, Debug(NOW_S + 60))
    finally:
        os.umask(before)
    assert (tmp_path / "debug.json").stat().st_mode & 0o777 == 0o644


def test_only_the_processes_that_are_named_say_more(tmp_path: Path) -> None:
    web, bridge = Switch(tmp_path), Switch(tmp_path, "bridge")
    write_debug(tmp_path, Debug(NOW_S + 60, processes=("bridge",)))
    web.watch.look()
    bridge.watch.look()
    assert (web.turned, bridge.turned) == ([], [True])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"until_s": "soon", "by": "", "processes": []}',
        '{"until_s": 1800000060, "by": ""}',
        '{"until_s": 1800000060, "by": "", "processes": 7}',
        '{"until_s": 9e99, "by": "for ever", "processes": []}',
        '{"until_s": NaN, "by": "", "processes": []}',
        f'{{"until_s": 1{"0" * 400}, "by": "", "processes": []}}',
        "[" * 100_000,
        "\x00\xff",
    ],
)
def test_what_nobody_of_ours_wrote_has_no_effect(tmp_path: Path, text: str) -> None:
    one = Switch(tmp_path)
    (tmp_path / "debug.json").write_text(text, encoding="latin-1")
    one.watch.look()
    assert one.turned == []


def test_a_clock_that_is_set_back_does_not_make_it_longer(tmp_path: Path) -> None:
    one = Switch(tmp_path)
    write_debug(tmp_path, Debug(NOW_S + 60))
    one.watch.look()
    one.now_s -= 365 * 24 * 3600
    one.watch.look()
    assert one.turned == [True, False]


def test_it_looks_by_itself_and_ends_when_told(tmp_path: Path) -> None:
    on = threading.Event()
    with DebugWatch(tmp_path, "web", lambda _on: on.set(), clock=lambda: NOW_S):
        write_debug(tmp_path, Debug(NOW_S + 60))
        until(on.is_set, "it looks")
    assert "debug" not in {thread.name for thread in threading.enumerate()}

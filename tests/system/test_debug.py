"""The debug mode of a stack that runs: every part says more, for as long as was asked for."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import requests

from hristudio_core.store import running_owner_url
from tests.servers.postgres import make_data_folder, remove_data_folder
from tests.servers.stack import HRISTUDIO, Stack
from tests.servers.waiting import WAIT_S, until

PROTOCOL = """\
hristudio: 1
name: short
version: "1"
title: Short
robot: {requires: [lights]}
steps:
  - id: only
    do: [{lights: {group: eyes, colour: green}}]
"""
SAID = {
    "trial_manager": "event 1 trial.started",
    "skill_server": "lights succeeded",
    "event_logger": "events shipped",
    "web": "answered",
}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    data = make_data_folder()
    made = Stack(data)
    made.wait_ready()
    yield made
    made.end()
    remove_data_folder(data)


def command(stack: Stack, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*HRISTUDIO, *words, f"--data={stack.data}"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done


def heard(stack: Stack, process: str, text: str, level: str) -> None:
    stack.until(
        lambda item: (item.get("process"), item.get("level")) == (process, level) and text in item["text"],
        f"{level} line {text!r} of {process}",
    )


def test_every_part_says_more_for_a_while(stack: Stack, tmp_path: Path) -> None:
    protocol = tmp_path / "short.yaml"
    protocol.write_text(PROTOCOL)
    assert "DEBUG" not in {item.get("level") for item in stack.told}
    told = json.loads(command(stack, "debug", "on", "--for=9", "--json").stdout)
    assert told["on"]
    for process in ("bridge", "sim_robot", *SAID):
        heard(stack, process, "debug mode is on", "INFO")
    assert "all processes: 0:0" in command(stack, "debug", "status").stdout
    requests.get(f"{stack.ready['addresses']['dashboard']}/sign-in", timeout=WAIT_S).raise_for_status()
    command(stack, "trial", "run", str(protocol))
    for process, text in SAID.items():
        heard(stack, process, text, "DEBUG")

    assert "off" in command(stack, "debug", "off").stdout
    for process in ("bridge", "sim_robot", *SAID):
        heard(stack, process, "debug mode is over", "INFO")
    assert not json.loads(command(stack, "debug", "status", "--json").stdout)["on"]
    with psycopg.connect(running_owner_url(stack.data) or "", autocommit=True) as connection:
        actions = connection.execute("SELECT action FROM audit WHERE action LIKE 'debug.%' ORDER BY id")
        assert [row[0] for row in actions] == ["debug.on", "debug.off"]


def test_it_is_over_by_itself_and_for_those_that_were_named(stack: Stack) -> None:
    told = len(stack.told)
    command(stack, "debug", "on", "bridge", "--for=0.05")
    until(
        lambda: (
            [item["process"] for item in stack.told[told:] if "debug mode" in item.get("text", "")]
            == ["bridge", "bridge"]
        ),
        "the bridge was told, and fell silent again",
    )


def test_a_process_that_is_not_there_is_not_asked_for(stack: Stack, tmp_path: Path) -> None:
    assert "there are bridge, event_logger" in command(stack, "debug", "on", "brigde", code=3).stderr
    assert "up to 1440" in command(stack, "debug", "on", "--for=2000", code=2).stderr
    nowhere = subprocess.run(
        [*HRISTUDIO, "debug", "on", f"--data={tmp_path / 'none'}"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (nowhere.returncode, "nothing has run in" in nowhere.stderr) == (3, True)
    assert not (tmp_path / "none").exists()

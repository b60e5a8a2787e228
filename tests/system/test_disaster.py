"""The disaster: a trial that has ended, one that runs, a recording; all of it destroyed, and brought back."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pyrage
import pytest

from hristudio_core.cli._verb import Exit
from hristudio_core.media.s3 import S3Media
from hristudio_core.ops.share import CHECKOUT
from tests.servers.object_store import ObjectStore
from tests.servers.postgres import make_data_folder, remove_data_folder
from tests.servers.stack import HRISTUDIO, Stack, command, gone
from tests.servers.waiting import until

GREETING = str(CHECKOUT / "config" / "protocols" / "greeting.yaml")
FILM = b"a film of a participant" * 100_000
PATIENCE_S = 60.0
KEY = pyrage.x25519.Identity.generate()


@dataclass(frozen=True)
class Machine:
    """A host: its data folder, and the settings that all hosts of this lab share."""

    data: Path
    environment: dict[str, str]
    stack_options: tuple[str, ...]

    def tells(self, *words: str) -> Any:
        """Run a command that must succeed; give its JSON."""
        done = command(*words, "--json", data=self.data, **self.environment)
        assert done.returncode == Exit.OK, f"{words}: {done.stdout}{done.stderr}"
        return json.loads(done.stdout)

    def events(self, trial: str) -> dict[str, int]:
        """Count a trial's proved events by place, once journal and database hold the same."""
        done = command("trial", "verify", trial, "--json", data=self.data, **self.environment)
        held: dict[str, int] = json.loads(done.stdout)["events"] if done.returncode == Exit.OK else {}
        return held if len(held) == 2 and len(set(held.values())) == 1 else {}

    def stack(self) -> Stack:
        return Stack(self.data, *self.stack_options, environment=self.environment).wait_ready()


@dataclass(frozen=True)
class Work:
    """What was on the machine: a trial that has ended, one that ran, a recording, and the last backup."""

    ended: dict[str, Any]
    running: str
    events: dict[str, int]
    recording: str
    backup: dict[str, Any]


@pytest.fixture
def machines(object_store: ObjectStore, tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    """The machine that is lost, and the one that comes after it."""
    environment = {
        **object_store.environment("recordings"),
        "HRISTUDIO_BACKUP_STORE": "s3://kept/lab",
        "HRISTUDIO_BACKUP_RECIPIENT": str(KEY.to_public()),
        "HRISTUDIO_BACKUP_IDENTITY": str(KEY),
    }
    hurried = tmp_path / "hurried.yaml"
    hurried.write_text("/**/sim_robot:\n  ros__parameters:\n    time_scale: 20.0\n")
    options = ("--no-web", "--no-bridge", f"--params-file={hurried}")
    folders = make_data_folder(), make_data_folder()
    yield Machine(folders[0], environment, options), Machine(folders[1], environment, options)
    for folder in folders:
        remove_data_folder(folder)


def test_everything_is_lost_and_comes_back(
    object_store: ObjectStore, machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    lost, fresh = machines
    work = work_and_die(lost, tmp_path)
    remove_data_folder(lost.data)
    client = object_store.account.client()
    client.delete_object(Bucket="recordings", Key=work.recording)
    client.delete_bucket(Bucket="recordings")

    fresh.tells("storage", "ensure")
    rehearse(fresh)
    back = fresh.tells("backup", "restore")
    assert back["counts"] == work.backup["counts"]
    assert back["recordings"] == [work.recording]
    ended = fresh.tells("trial", "verify", work.ended["trial_id"])
    assert (ended["whole"], ended["head_hash"]) == (True, work.ended["head_hash"])
    assert fresh.events(work.running) == work.events
    assert fresh.tells("storage", "verify")["objects"] == 1
    film = BytesIO()
    S3Media(object_store.account, "recordings").get(work.recording, film)
    assert film.getvalue() == FILM
    go_on(fresh, work)


def work_and_die(machine: Machine, folder: Path) -> Work:
    """Do a lab's work, back it up, and kill every process in the middle of a trial."""
    stack = machine.stack()
    try:
        machine.tells("storage", "ensure")
        ended = machine.tells("trial", "run", GREETING, "--seed", "7")
        (folder / "film.mp4").write_bytes(FILM)
        recording = f"trials/{ended['trial_id']}/film.mp4"
        machine.tells("storage", "put", str(folder / "film.mp4"), recording)
        with waiting_trial(machine):
            trials = {one["trial_id"] for one in machine.tells("trial", "list")}
            [running] = trials - {ended["trial_id"]}
            events = until(lambda: machine.events(running), "the events in the database", PATIENCE_S)
            made = machine.tells("backup", "create")
            assert made["counts"]["trial"] == 2
            family = stack.family()
            for process in family:
                # The death of one may be the end of another before its turn comes.
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
            assert gone(family) == []
    finally:
        stack.end(signal.SIGKILL)
    return Work(ended, running, events, recording, made)


@contextmanager
def waiting_trial(machine: Machine) -> Iterator[None]:
    """Begin a trial that waits for a wizard who never comes."""
    words = [*HRISTUDIO, "trial", "run", GREETING, "--wizard", "people", f"--data={machine.data}"]
    with subprocess.Popen(
        words,
        env={**os.environ, **machine.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        try:
            assert any("waits for the wizard" in line for line in run.stderr or ())
            yield
        finally:
            for process in (*psutil.Process(run.pid).children(recursive=True), run):
                with suppress(psutil.NoSuchProcess):
                    process.kill()


def rehearse(machine: Machine) -> None:
    """Prove the backup on a machine that has nothing yet."""
    report = machine.tells("backup", "drill")
    assert report["passed"], report["problems"]
    assert (report["trials"], report["chains"], report["recordings"]) == (2, 2, 1)
    assert max(report["age_s"], report["recovery_s"]) < 3600
    assert Path(report["report"]).read_text().splitlines()[-1] == "passed"


def go_on(machine: Machine, work: Work) -> None:
    """The trial that ran is taken up where its journal ends, and its chain goes on."""

    def longer() -> bool:
        return machine.events(work.running).get("database", 0) > work.events["database"]

    stack = machine.stack()
    try:
        stack.until(lambda item: "was left behind" in item.get("text", ""), "the trial taken up", PATIENCE_S)
        until(longer, "the chain to go on", PATIENCE_S)
    finally:
        assert stack.end() == Exit.OK
    assert machine.tells("trial", "verify", work.running)["whole"]

"""The commands of the guide to object storage, as printed, on a folder and on a bucket."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from hristudio_core.cli._verb import Exit
from tests.servers.object_store import ObjectStore

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "storage.md"
HRISTUDIO = str(Path(sys.executable).parent / "hristudio")
VIDEO = bytes(range(256)) * 100


class Terminal:
    """Runs commands in a folder, with an environment of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        kept = {k: v for k, v in os.environ.items() if not re.match(r"HRISTUDIO_|DATABASE_URL|S3_", k)}
        self._environment = {**kept, "HRISTUDIO_DATA": str(folder / "data"), **environment}

    def run(self, command: str) -> "subprocess.CompletedProcess[str]":
        words = [HRISTUDIO, *shlex.split(command, comments=True)[1:]]
        return subprocess.run(
            words, env=self._environment, cwd=self.folder, capture_output=True, text=True, check=False
        )


@pytest.fixture(params=["folder", "bucket"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Terminal:
    environment = {}
    if request.param == "bucket":
        store: ObjectStore = request.getfixturevalue("object_store")
        environment = store.environment(request.getfixturevalue("bucket_name"))
    (tmp_path / "video.mp4").write_bytes(VIDEO)
    return Terminal(tmp_path, environment)


def test_the_commands_work_as_printed(terminal: Terminal) -> None:
    section = GUIDE.read_text().split("<!-- commands -->")[1].split("<!-- end of commands -->")[0]
    commands = [line for line in section.splitlines() if line.startswith("hristudio")]
    assert len(commands) == 7
    printed = {}
    for command in commands:
        done = terminal.run(command)
        assert done.returncode == Exit.OK, f"{command}: {done.stdout}{done.stderr}"
        printed[command.split("#")[0].strip()] = done.stdout
    assert "to do" in printed["hristudio storage ensure --dry-run"]
    assert "trials/pilot/video.mp4" in printed["hristudio storage list trials/"]
    assert "1 of 1 objects are whole" in printed["hristudio storage verify"]
    assert (terminal.folder / "copy.mp4").read_bytes() == VIDEO

    again = json.loads(terminal.run("hristudio storage ensure --json").stdout)
    assert {step["outcome"] for place in again["places"] for step in place["steps"]} == {"already"}
    [told] = json.loads(terminal.run("hristudio storage status --json").stdout)["places"]
    assert (told["objects"], told["bytes"]) == (1, len(VIDEO))
    assert all(step["in_order"] for step in told["steps"])


def test_nothing_is_replaced_unasked(terminal: Terminal) -> None:
    terminal.run("hristudio storage ensure")
    assert terminal.run("hristudio storage put video.mp4 a").returncode == Exit.OK
    again = terminal.run("hristudio storage put video.mp4 a")
    assert again.returncode == Exit.CANNOT_NOW
    assert "--force" in again.stderr
    assert terminal.run("hristudio storage put video.mp4 a --force").returncode == Exit.OK
    onto = terminal.run("hristudio storage get a video.mp4")
    assert onto.returncode == Exit.CANNOT_NOW
    missing = terminal.run("hristudio storage get none copy.mp4")
    assert missing.returncode == Exit.CANNOT_NOW
    assert "storage list" in missing.stderr
    assert sorted(path.name for path in terminal.folder.iterdir() if path.is_file()) == ["video.mp4"]


def test_damage_is_found(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, {})
    (tmp_path / "video.mp4").write_bytes(VIDEO)
    terminal.run("hristudio storage put video.mp4 a")
    (tmp_path / "data" / "media" / "a").write_bytes(VIDEO[:-1] + b"!")
    done = terminal.run("hristudio storage verify --json")
    assert done.returncode == Exit.NOT_IN_ORDER
    assert "a is damaged" in json.loads(done.stdout)["problems"][0]


def test_a_store_that_cannot_be_used_is_told_with_what_to_do(
    object_store: ObjectStore, bucket: str, tmp_path: Path
) -> None:
    wrong = {**object_store.environment(bucket), "S3_SECRET_ACCESS_KEY": "wrong"}
    done = Terminal(tmp_path, wrong).run("hristudio storage list")
    assert done.returncode == Exit.CANNOT_NOW
    assert "S3_SECRET_ACCESS_KEY" in done.stderr
    assert "Traceback" not in done.stderr
    status = Terminal(tmp_path, wrong).run("hristudio storage status")
    assert status.returncode == Exit.NOT_IN_ORDER
    nowhere = {**object_store.environment("not-there"), "HRISTUDIO_BACKUP_STORE": "s3://kept-elsewhere/lab"}
    status = Terminal(tmp_path, nowhere).run("hristudio storage status")
    assert status.returncode == Exit.NOT_IN_ORDER
    assert "storage ensure" in status.stdout
    made = json.loads(Terminal(tmp_path, nowhere).run("hristudio storage ensure --json").stdout)["places"]
    assert [(place["holds"], place["steps"][0]["outcome"]) for place in made] == [
        ("recordings", "done"),
        ("backups", "done"),
    ]
    client = object_store.account.client()
    assert "CORSRules" in client.get_bucket_cors(Bucket="not-there")
    with pytest.raises(ClientError, match="NoSuchCORSConfiguration"):
        client.get_bucket_cors(Bucket="kept-elsewhere")

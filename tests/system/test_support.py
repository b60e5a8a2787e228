"""Looking into a stack that runs: a support bundle without people and secrets in it, and profiles."""

import json
import os
import shlex
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hristudio_core.ops.share import CHECKOUT
from hristudio_core.store import LAB_BENCH, running_owner_url
from tests.servers.postgres import make_data_folder, remove_data_folder
from tests.servers.stack import HRISTUDIO, Stack
from tests.servers.waiting import until

SECRETS = {
    "HRISTUDIO_SMTP_PASSWORD": "hush-smtp-word",
    "HRISTUDIO_S3_SECRET_ACCESS_KEY": "hush-s3-key",
    "HRISTUDIO_METRICS_TOKEN": "hush-metrics-token-0123456789",
}
LINES = (
    "asked by ada.lovelace@hush.example\n",
    "postgresql://ada:hush-database-word@db/hristudio\n",
    "Authorization: Bearer hush-bearer-token-0123\n",
    '{"participant": "HUSH07", "password": "hush-password"}\n',
    "access_token=hush1 client_secret: hush2 AWS_SECRET_ACCESS_KEY=hush3 participant_code=HUSH08\n",
    "postgresql://u:hush/word@db/h and https://hushkey@sentry.example/1\n",
    "Set-Cookie: session=hush.def.ghi; Path=/\n",
    "authorization: Token hushabc\n",
    "/media/clip?X-Amz-Signature=hush&X-Amz-Credential=hush\n",
    "DETAIL:  Failing row contains (7, Jane Hush, HUSH09).\n",
    "Grace Hushopper looked at participant HUSH10: fine\n",
    "https://lab/sign-in/hush0123456789abcdef\n",
)


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    data = make_data_folder()
    made = Stack(data, environment=SECRETS)
    made.wait_ready()
    yield made
    made.end()
    remove_data_folder(data)


def command(stack: Stack, *words: str, code: int = 0, **environment: str) -> str:
    done = subprocess.run(
        [*HRISTUDIO, *words, f"--data={stack.data}"],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def read(path: Path) -> dict[str, str]:
    with tarfile.open(path) as archive:
        return {
            one.name.partition("/")[2]: archive.extractfile(one).read().decode()
            for one in archive.getmembers()
        }


def robot_is_known(stack: Stack) -> bool:
    """Tell whether the nodes of the robot, which start with the dashboard, are heard already."""
    return bool((json.loads(command(stack, "status", "--json"))["robot"] or {}).get("connected"))


def test_a_bundle_tells_how_it_is_and_nothing_about_anybody(stack: Stack, tmp_path: Path) -> None:
    (stack.data / "log").mkdir(exist_ok=True)
    (stack.data / "log" / "old.log").write_text("".join(LINES) + "a line that helps\n")
    command(stack, "user", "add", "grace.hopper@hush.example", "--name", "Grace Hushopper")
    until(lambda: robot_is_known(stack), "the robot")
    with psycopg.connect(running_owner_url(stack.data) or "", autocommit=True) as connection:
        add = "INSERT INTO participant (id, study_id, code) VALUES (%s, %s, 'HUSH10')"
        connection.execute(add, (uuid.uuid4(), LAB_BENCH))
    path = tmp_path / "bundle.tar.gz"
    told = json.loads(command(stack, "support", f"--output={path}", "--json"))
    assert told["missing"] == {}
    assert path.stat().st_mode & 0o077 == 0
    texts = read(path)
    assert set(texts) == set(told["files"])
    assert "a line that helps" in texts["log/old.log"]
    assert {"trial_manager", "web"} <= {one["name"] for one in json.loads(texts["processes.json"])}
    assert json.loads(texts["robot.json"])["robot"]["connected"]
    assert json.loads(texts["health.json"])["status"] in {"healthy", "ok", "degraded", "warning"}
    assert json.loads(texts["migrations.json"])
    assert json.loads(texts["sizes.json"])["bytes"] > 1_000_000
    assert json.loads(texts["journals.json"])["default"]["unshipped"]["count"] == 0
    graph = json.loads(texts["graph.json"])
    assert {f"/{name}" for name in ("trial_manager", "skill_server", "event_logger", "bridge")} <= set(
        graph["parameters"]
    )
    assert graph["parameters"]["/trial_manager"]["seat_ttl_s"] == 10.0
    assert graph["topics"]["/trial/state"]["publishers"] == 1
    whole = "".join((*texts, *texts.values())).lower()
    keys = [key.read_bytes().hex() for key in (stack.data / "secrets").glob("*.key")]
    assert [word for word in ("hush", "lovelace", "grace.hopper", *keys) if word in whole] == []


def test_a_bundle_of_a_stack_whose_database_is_away(stack: Stack, tmp_path: Path) -> None:
    path = tmp_path / "bundle.tar.gz"
    nowhere = {"DATABASE_URL": "postgresql://hush:hush-word@127.0.0.1:1/none", "DATABASE_URL_UNPOOLED": ""}
    told = json.loads(command(stack, "support", f"--output={path}", "--json", **nowhere))
    assert set(told["missing"]) == {"migrations.json", "connections.json", "sizes.json"}
    texts = read(path)
    assert {"robot.json", "graph.json", "journals.json", "health.json", "log/hristudio.log"} <= set(texts)
    doctor = {one["check"]: one["verdict"] for one in json.loads(texts["doctor.json"])}
    assert (doctor["PostgreSQL"], doctor["ports"]) == ("problem", "ok")
    assert "hush" not in "".join(texts.values())


def test_what_is_announced_and_asked_for_is_told(stack: Stack) -> None:
    command(stack, "maintenance", "on", "--message=New disks")
    command(stack, "debug", "on", "event_logger", "--for=5")
    try:
        told = command(stack, "status")
        assert "Maintenance, " in told
        assert "event_logger, 5 min more" in told
        as_json = json.loads(command(stack, "status", "--json"))
        assert (as_json["maintenance"]["message"], as_json["debug"]["processes"]) == (
            "New disks",
            ["event_logger"],
        )
        found = {one["check"]: one for one in json.loads(command(stack, "doctor", "--json"))["findings"]}
        assert found["maintenance"]["verdict"] == "warning"
        assert "nodes are seen" in found["ROS discovery"]["found"]
        assert " most: " in found["memory"]["found"]
    finally:
        command(stack, "debug", "off")
        command(stack, "maintenance", "off")
    assert json.loads(command(stack, "status", "--json"))["maintenance"] is None


def test_a_bundle_of_a_folder_where_nothing_runs_says_what_is_missing(tmp_path: Path) -> None:
    done = subprocess.run(
        [*HRISTUDIO, "support", "--output=b.tar.gz", f"--data={tmp_path / 'data'}"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "missing: health.json (LookupError: no dashboard runs here)" in done.stdout
    assert "machine.json" in done.stdout
    nowhere = subprocess.run(
        [*HRISTUDIO, "support", "--output=no/such/folder/b.tar.gz", f"--data={tmp_path / 'data'}"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    assert (nowhere.returncode, "cannot be written" in nowhere.stderr) == (3, True)
    assert (
        sorted(one.name for one in tmp_path.iterdir()) == ["b.tar.gz", "data"]
        or not (tmp_path / "no").exists()
    )


def test_running_processes_are_looked_into_as_the_guide_says(stack: Stack, tmp_path: Path) -> None:
    guide = (CHECKOUT / "docs" / "operations" / "troubleshooting.md").read_text()
    section = guide.split("<!-- profile -->")[1].split("<!-- end of profile -->")[0]
    lines = [
        shlex.split(line, comments=True) for line in section.splitlines() if line.startswith("hristudio")
    ]
    assert [words[:3] for words in lines] == [
        ["hristudio", "profile", "cpu"],
        ["hristudio", "profile", "memory"],
    ]
    for number, words in enumerate(lines):
        drawing = tmp_path / str(number)
        # A node that waits gives py-spy nothing to count.
        idle = ["--idle"] if "cpu" in words else []
        assert str(drawing) in command(stack, *words[1:], *idle, f"--output={drawing}")
    assert "<svg" in (tmp_path / "0").read_text()
    assert "<html" in (tmp_path / "1").read_text()
    unknown = command(stack, "profile", "cpu", "trial_managers", code=3)
    assert "trial_manager" in unknown


GROWING = """
import time
kept = []
while True:
    kept.append("x" * 100_000)
    print(flush=True)
    time.sleep(0.02)
"""


def test_memory_that_grows_is_drawn(stack: Stack, tmp_path: Path) -> None:
    growing = subprocess.Popen([sys.executable, "-c", GROWING], stdout=subprocess.PIPE)
    try:
        assert growing.stdout
        until(growing.stdout.readline, "it works")
        page = tmp_path / "memory.html"
        told = command(
            stack, "profile", "memory", str(growing.pid), "--seconds=2", f"--output={page}", "--json"
        )
    finally:
        growing.kill()
        growing.communicate()
    assert json.loads(told)["bytes"] > 200_000
    assert "<html" in page.read_text()

"""The compose files are ones that Docker Compose takes, and give containers no more than they need."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hristudio_core.ops.share import CHECKOUT

FOLDER = CHECKOUT / "deploy" / "compose"
FILES = sorted(FOLDER.glob("*.yaml"))
BIN = Path(sys.executable).parent
GIVEN = {
    "POSTGRES_PASSWORD": "chosen",
    "S3_SECRET_ACCESS_KEY": "chosen",
    "SERVER_NAME": "study.example.org",
}


def compose(file: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    """Have Docker Compose itself read a file, fill in what is given, and print what comes of it."""
    settings = folder / "given.env"
    settings.write_text("HRISTUDIO_ENV=production\n")
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [BIN / "docker-compose", "--file", file, "config", "--format", "json"],
        env={**clean, "HRISTUDIO_SETTINGS": str(settings), **environment},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def services(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, dict[str, Any]]:
    done = compose(request.param, tmp_path, **GIVEN)
    assert done.stderr == ""
    return json.loads(done.stdout)["services"]


def test_there_is_one_for_each_place():
    assert [file.stem for file in FILES] == ["development", "robot", "web"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_they_keep_to_the_specification(file: Path):
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_ours_have_no_rights_that_they_do_not_need(services: dict[str, dict[str, Any]]):
    for name, service in services.items():
        if "hristudio/" not in service["image"]:
            continue
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not service.get("privileged"), name


def test_nothing_but_nginx_is_reached_from_outside(services: dict[str, dict[str, Any]]):
    for name, service in services.items():
        for port in service.get("ports", ()):
            assert name == "proxy" or port["host_ip"] == "127.0.0.1", (name, port)


def test_no_password_ships(tmp_path: Path):
    for missing in ("POSTGRES_PASSWORD", "S3_SECRET_ACCESS_KEY"):
        given = {name: value for name, value in GIVEN.items() if name != missing}
        done = compose(FOLDER / "development.yaml", tmp_path, **given)
        # The packaged program gives no exit code: it prints nothing when it refuses.
        assert done.stdout == ""
        assert "choose one" in done.stderr


def test_secrets_are_files_and_stand_in_no_environment(tmp_path: Path):
    read = json.loads(compose(FOLDER / "web.yaml", tmp_path, **GIVEN).stdout)
    given = read["services"]["web"]["environment"]
    assert given["DATABASE_URL_FILE"] == "/run/secrets/database_url"
    assert "DATABASE_URL" not in given
    mounted = {secret["source"] for secret in read["services"]["web"]["secrets"]}
    named = {Path(value).name for value in given.values() if value.startswith("/run/secrets/")}
    assert named == mounted <= read["secrets"].keys()
    # Redis holds what processes tell each other: nobody else is let in.
    assert read["networks"]["inside"]["internal"]
    assert list(read["services"]["redis"]["networks"]) == ["inside"]


@pytest.mark.parametrize(("name", "settings"), [("web", "production.env"), ("robot", "robot.env")])
def test_folders_of_the_host_are_not_looked_for_inside(name: str, settings: str, tmp_path: Path):
    shipped = str(CHECKOUT / "deploy" / "settings" / settings)
    done = compose(FOLDER / f"{name}.yaml", tmp_path, **GIVEN, HRISTUDIO_SETTINGS=shipped)
    given = json.loads(done.stdout)["services"][name]["environment"]
    folders = {variable: value for variable, value in given.items() if value.startswith("/")}
    assert folders.pop("HRISTUDIO_DATA") == "/var/lib/hristudio"
    # Else the image's own, where the Dockerfile puts `install/`.
    assert folders.pop("WORKSPACE", "/opt/hristudio") == "/opt/hristudio"
    assert folders
    assert all(value.startswith("/run/secrets/") for value in folders.values()), folders


def test_the_proxy_knows_every_process(tmp_path: Path):
    services = json.loads(compose(FOLDER / "web.yaml", tmp_path, **GIVEN).stdout)["services"]
    workers = int(services["web"]["environment"]["HRISTUDIO_WEB_WORKERS"])
    upstreams = services["proxy"]["environment"]["UPSTREAMS"].split()
    assert upstreams == [f"web:{8000 + number}" for number in range(workers)]

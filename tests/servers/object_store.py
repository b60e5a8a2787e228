"""A real S3-compatible store: Ceph's gateway on a cluster of one, its objects in memory.

It checks signatures, expiry, policies and Content-MD5 as the big ones do, and starts in a second.
"""

import itertools
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from hristudio_core.media.s3 import Account
from hristudio_core.ops.settings import StorageSettings
from tests.servers.ports import free_port
from tests.servers.processes import die_with_parent
from tests.servers.waiting import START_S, WAIT_S, until

KEY_ID, SECRET = "LABACCESSKEY", "the secret of the lab's access key"
PROGRAMS = ("ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")
_CONFIGURATION = """[global]
fsid = {cluster}
mon host = v2:127.0.0.1:{monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms mon cluster mode = crc
ms mon service mode = crc
ms mon client mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon data avail warn = 1
mon data avail crit = 1
paxos propose interval = 0.01
paxos min wait = 0.01
mon data = {folder}/monitor
osd data = {folder}/disk
keyring = {folder}/none
run dir = {folder}
admin socket =
pid file =
log file =
log to file = false
mon cluster log to file = false
rgw frontends = beast endpoint=127.0.0.1:{gateway}
rgw thread pool size = 32
rgw enable usage log = false
"""


@dataclass(frozen=True)
class ObjectStore:
    """A running store."""

    endpoint: str

    @property
    def account(self) -> Account:
        return Account(self.endpoint, KEY_ID, SECRET)

    def settings(self, bucket: str) -> StorageSettings:
        return StorageSettings(self.endpoint, KEY_ID, SECRET, bucket)

    def environment(self, bucket: str) -> dict[str, str]:
        """The variables that lead a program here."""
        return {
            "S3_ENDPOINT": self.endpoint,
            "S3_ACCESS_KEY_ID": KEY_ID,
            "S3_SECRET_ACCESS_KEY": SECRET,
            "S3_BUCKET_NAME": bucket,
        }


@contextmanager
def object_store_server(folder: Path) -> Iterator[ObjectStore]:
    """Run a cluster of one monitor, one disk and one gateway for the length of a `with` block."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}: apt-get install radosgw ceph-mon ceph-osd")
    cluster, disk = str(uuid.uuid4()), str(uuid.uuid4())
    monitor, gateway = free_port(), free_port()
    configuration = folder / "ceph.conf"
    configuration.write_text(
        _CONFIGURATION.format(cluster=cluster, folder=folder, monitor=monitor, gateway=gateway)
    )
    (folder / "disk").mkdir()
    common = ("-c", str(configuration))
    store = ObjectStore(f"http://127.0.0.1:{gateway}")
    with ExitStack() as running:
        words = [
            "--create",
            "--addv",
            "a",
            f"[v2:127.0.0.1:{monitor}]",
            "--fsid",
            cluster,
            str(folder / "map"),
        ]
        _run(folder, "monmaptool", words)
        _run(folder, "ceph-mon", [*common, "-i", "a", "--mkfs", "--monmap", str(folder / "map")])
        running.enter_context(_daemon(folder, "ceph-mon", [*common, "-i", "a", "-f"]))
        _run(folder, "ceph", [*common, "--connect-timeout", "30", "osd", "new", disk])
        _run(folder, "ceph-osd", [*common, "-i", "0", "--mkfs", "--osd-uuid", disk])
        running.enter_context(_daemon(folder, "ceph-osd", [*common, "-i", "0", "-f"]))
        user = ["user", "create", "--uid", "lab", "--display-name", "lab"]
        keys = ["--access-key", KEY_ID, "--secret-key", SECRET]
        process = running.enter_context(_daemon(folder, "radosgw", [*common, "-n", "client.gateway", "-f"]))
        _run(folder, "radosgw-admin", [*common, *user, *keys])
        until(lambda: process.poll() is not None or _answers(store.endpoint), "the gateway", START_S)
        assert process.poll() is None, (folder / "radosgw.log").read_text()
        yield store


def _run(folder: Path, program: str, words: Sequence[str]) -> None:
    done = subprocess.run(
        [program, *words], cwd=folder, capture_output=True, text=True, timeout=START_S, check=False
    )
    assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"


@contextmanager
def _daemon(folder: Path, program: str, words: Sequence[str]) -> Iterator["subprocess.Popen[bytes]"]:
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(
            [program, *words], cwd=folder, stdout=log, stderr=log, preexec_fn=die_with_parent
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(endpoint: str) -> bool:
    try:
        return requests.get(endpoint, timeout=WAIT_S).status_code < 500
    except requests.RequestException:
        return False


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """One store for the run."""
    with object_store_server(tmp_path_factory.mktemp("ceph")) as running:
        yield running


@pytest.fixture(scope="session")
def _bucket_numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def bucket_name(_bucket_numbers: Iterator[int]) -> str:
    """Name of a bucket that is not there yet."""
    return f"bucket-{next(_bucket_numbers)}"


@pytest.fixture
def bucket(object_store: ObjectStore, bucket_name: str) -> str:
    """Name of an empty bucket."""
    object_store.account.client().create_bucket(Bucket=bucket_name)
    return bucket_name

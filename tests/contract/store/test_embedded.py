"""The embedded PostgreSQL through everything that may befall it."""

import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from hristudio_core.store import Embedded, EmbeddedFault, EmbeddedInUse, running_owner_url, running_url
from hristudio_core.store.embedded import _programs
from hristudio_core.store.embedded._account import Account, account_for_children
from tests.servers.ports import free_port
from tests.servers.postgres import QUICK, make_data_folder, remove_data_folder
from tests.servers.waiting import WAIT_S

_HOLD = """
import os, sys, time
from pathlib import Path
from hristudio_core.store import Embedded
server = Embedded.start(Path(sys.argv[1]), {"fsync": "off"})
print(server.pid, flush=True)
sys.stdin.read()
server.stop()
"""


@pytest.fixture(scope="module")
def made_once() -> Iterator[Path]:
    """A data folder whose cluster is made; the tests of this module start it one after another."""
    folder = make_data_folder()
    # It comes back on the port that it had, which nobody's connection may take meanwhile.
    (folder / "run").mkdir()
    (folder / "run" / "postgres.port").write_text(f"{free_port()}\n")
    Embedded.start(folder, QUICK).stop()
    yield folder
    remove_data_folder(folder)


@pytest.fixture
def server(made_once: Path) -> Iterator[Embedded]:
    started = Embedded.start(made_once, QUICK)
    yield started
    started.stop()


def _ask(url: str, query: str) -> object:
    with psycopg.connect(url) as connection:
        found = connection.execute(query.encode()).fetchone()
    return found and found[0]


def _hold(folder: Path) -> tuple["subprocess.Popen[str]", int]:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def _majors() -> list[int]:
    folders = [*_programs._from_wheel(), *_programs._from_debian()]
    return [_programs._major(folder) for folder in folders]


def test_it_answers_as_each_role(server: Embedded) -> None:
    assert _ask(server.url, "SELECT current_user || '@' || current_database()") == "hristudio_app@hristudio"
    assert _ask(server.owner_url, "SELECT current_user") == "hristudio_owner"
    assert _ask(server.owner_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    query = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'hristudio'"
    assert _ask(server.url, query) == "hristudio_owner"


def test_it_is_our_own_child_and_not_root(server: Embedded) -> None:
    process = psutil.Process(server.pid)
    assert process.ppid() == os.getpid()
    assert process.uids().real != 0
    assert process.name() == "postgres"


def test_nobody_comes_in_without_the_password(server: Embedded) -> None:
    for secret in ("", "wrong"):
        for role in ("hristudio_app", "hristudio_owner", "postgres"):
            with pytest.raises(psycopg.OperationalError, match=r"password|authentication"):
                psycopg.connect(
                    host="127.0.0.1", port=server.port, user=role, dbname="hristudio", password=secret
                )
    rules = "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
    assert _ask(server.admin_url, rules) == "scram-sha-256"


def test_it_listens_on_loopback_alone(server: Embedded) -> None:
    # Connections of its own to itself have a remote end; listeners have none.
    listening = {
        connection.laddr
        for connection in psutil.Process(server.pid).net_connections()
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {("127.0.0.1", server.port)}
    assert _ask(server.admin_url, "SHOW unix_socket_directories") == ""


def test_secrets_and_data_are_for_their_owner_alone(server: Embedded, made_once: Path) -> None:
    for name in ("database.password", "database.owner.password"):
        assert stat.S_IMODE((made_once / "secrets" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((made_once / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((made_once / "postgres").resolve().stat().st_mode) == 0o700
    assert (made_once / "secrets" / "database.password").read_text().strip() in server.url


def test_another_tool_finds_it_while_it_runs(made_once: Path) -> None:
    assert running_url(made_once) is None
    server = Embedded.start(made_once, QUICK)
    assert running_url(made_once) == server.url
    assert running_owner_url(made_once) == server.owner_url
    server.stop()
    server.stop()
    assert running_url(made_once) is None
    assert running_url(made_once / "nowhere") is None


def test_a_second_copy_is_refused(made_once: Path) -> None:
    holder, _ = _hold(made_once)
    with pytest.raises(EmbeddedInUse) as caught:
        Embedded.start(made_once, QUICK)
    assert caught.value.pid == holder.pid
    url = running_url(made_once)
    assert url is not None
    assert _ask(url, "SELECT 1") == 1
    holder.communicate()
    Embedded.start(made_once, QUICK).stop()


def test_killed_it_comes_back_with_what_was_committed(made_once: Path) -> None:
    server = Embedded.start(made_once, QUICK)
    with psycopg.connect(server.owner_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    port = server.port
    os.kill(server.pid, signal.SIGKILL)
    assert server.wait(WAIT_S) == -signal.SIGKILL
    assert running_url(made_once) is None
    server.stop()
    again = Embedded.start(made_once, QUICK)
    assert again.port == port
    assert _ask(again.owner_url, "SELECT count(*) FROM kept") == 1000
    with psycopg.connect(again.owner_url) as connection:
        connection.execute("DROP TABLE kept")
    again.stop()


def test_a_server_that_outlived_its_killed_parent_is_ended_first(made_once: Path) -> None:
    holder, orphan = _hold(made_once)
    holder.kill()
    holder.communicate()
    assert running_url(made_once) is not None
    server = Embedded.start(made_once, QUICK)
    assert server.pid != orphan
    assert _ask(server.url, "SELECT 1") == 1
    assert not psutil.pid_exists(orphan) or psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE
    server.stop()


def test_parent_and_server_killed_together_leave_nothing_in_the_way(made_once: Path) -> None:
    holder, orphan = _hold(made_once)
    holder.kill()
    os.kill(orphan, signal.SIGKILL)
    holder.communicate()
    server = Embedded.start(made_once, QUICK)
    assert _ask(server.url, "SELECT 1") == 1
    server.stop()


def test_a_pid_file_that_names_some_other_process_is_no_obstacle(made_once: Path) -> None:
    cluster = (made_once / "postgres").resolve()
    pid_file = cluster / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{cluster}\n1\n5432\n\n127.0.0.1\n1 1\nready\n")
    assert running_url(made_once) is None
    server = Embedded.start(made_once, QUICK)
    assert _ask(server.url, "SELECT 1") == 1
    server.stop()


def test_a_port_that_somebody_took_is_given_up(made_once: Path) -> None:
    first = Embedded.start(made_once, QUICK)
    port = first.port
    first.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        second = Embedded.start(made_once, QUICK)
        assert second.port != port
        assert _ask(second.url, "SELECT 1") == 1
        moved = second.port
        second.stop()
    third = Embedded.start(made_once, QUICK)
    assert third.port == moved
    third.stop()


def test_lost_secrets_are_made_anew(made_once: Path) -> None:
    before = [path.read_text() for path in sorted((made_once / "secrets").iterdir())]
    for path in (made_once / "secrets").iterdir():
        path.unlink()
    server = Embedded.start(made_once, QUICK)
    assert _ask(server.url, "SELECT 1") == 1
    assert _ask(server.owner_url, "SELECT 1") == 1
    assert before != [path.read_text() for path in sorted((made_once / "secrets").iterdir())]
    server.stop()


def test_a_cluster_of_another_version_is_refused(made_once: Path) -> None:
    version = (made_once / "postgres").resolve() / "PG_VERSION"
    right = version.read_text()
    version.write_text("9\n")
    with pytest.raises(EmbeddedFault, match="was made by PostgreSQL 9"):
        Embedded.start(made_once, QUICK)
    version.write_text(right)
    Embedded.start(made_once, QUICK).stop()


def test_the_version_that_made_the_cluster_goes_before_others() -> None:
    for major in _majors():
        assert _programs.find_programs(major).major == major
    assert _programs.find_programs(1).major == _programs.find_programs().major


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedFault, match="cannot keep a PostgreSQL"):
        Embedded.start(tmp_path / "file" / "data")


def test_a_cluster_that_does_not_fit_on_the_disk_is_told_with_the_reason() -> None:
    folder = make_data_folder()
    least, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, most))
    try:
        with pytest.raises(EmbeddedFault, match=r"initdb failed: .*(File too large|File size limit)"):
            Embedded.start(folder, QUICK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (least, most))
    remove_data_folder(folder)


def test_a_server_that_does_not_start_is_told_and_may_be_tried_again(made_once: Path) -> None:
    with pytest.raises(EmbeddedFault, match=r'does not start: invalid value.*"nonsense"; see'):
        Embedded.start(made_once, {"shared_buffers": "nonsense"})
    assert "nonsense" in (made_once / "log" / "postgres.log").read_text()
    Embedded.start(made_once, QUICK).stop()


def test_a_half_made_cluster_is_not_taken_for_one() -> None:
    folder = make_data_folder()
    (folder / "postgres.new" / "base").mkdir(parents=True)
    (folder / "postgres.new" / "PG_VERSION").write_text("17\n")
    server = Embedded.start(folder, QUICK)
    assert _ask(server.url, "SELECT 1") == 1
    server.stop()
    remove_data_folder(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its children another account")
def test_a_folder_that_is_closed_to_the_account_gets_a_cluster_elsewhere() -> None:
    folder = make_data_folder()
    folder.chmod(0o700)
    server = Embedded.start(folder, QUICK)
    assert (folder / "postgres").is_symlink()
    assert _ask(server.url, "SELECT 1") == 1
    assert running_url(folder) == server.url
    server.stop()
    home = (folder / "postgres").resolve().parent
    shutil.rmtree(folder)  # whoever removes the folder leaves the cluster behind
    another = make_data_folder()
    another.chmod(0o700)
    Embedded.start(another, QUICK).stop()
    assert not home.exists()
    remove_data_folder(another)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its children another account")
def test_programs_that_are_closed_to_the_account_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = _programs.find_programs()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "pginstall").symlink_to(real.folder.parent)
    account = account_for_children()
    assert account is not None
    assert account.may_run(real.folder / "postgres")
    hidden = _programs.Programs(closed / "pginstall" / "bin", real.major)
    assert not account.may_run(hidden.folder / "postgres")
    shared = make_data_folder()
    monkeypatch.setattr(_programs, "SHARED", shared)
    monkeypatch.setattr(_programs, "find_programs", lambda _wanted: hidden)
    copied = _programs.programs_for(account)
    assert account.may_run(copied.folder / "postgres")
    told = subprocess.run(
        [copied.path("postgres"), "--version"], user=account.uid, capture_output=True, check=True
    )
    assert b"PostgreSQL" in told.stdout
    assert _programs.programs_for(account) == copied
    assert [path.name for path in shared.iterdir()] == [copied.folder.parent.name]
    remove_data_folder(shared)


def test_an_account_may_enter_what_its_bits_say(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    mine = tmp_path.stat()
    assert Account("owner", mine.st_uid, 65534)._may(tmp_path, stat.S_IXOTH)
    assert Account("group", 65534, mine.st_gid)._may(tmp_path, stat.S_IXOTH)
    assert not Account("other", 65534, 65534)._may(tmp_path, stat.S_IXOTH)

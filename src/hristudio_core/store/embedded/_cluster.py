"""The folder that PostgreSQL keeps its data in: where it lies, how it is made, what a dead server left."""

import contextlib
import secrets
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psutil

from hristudio_core.store.embedded._account import Account, child_options
from hristudio_core.store.embedded._programs import SHARED, Programs
from hristudio_core.store.errors import EmbeddedFault

_PATIENCE_S = 30.0
_WHOSE = "data-folder"
_READY = "ready"
_WRONG = ("FATAL:", "PANIC:", "ERROR:", "error:", "could not ")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a running server says of itself in its pid file."""

    pid: int
    port: int
    ready: bool


def place(data: Path, account: Account | None) -> Path:
    """Say where the cluster lies: `<data>/postgres`, or where the account may go, with a link to it."""
    near = data / "postgres"
    if near.is_symlink() or near.exists():
        return near.resolve()
    if account is None or account.may_enter(data):
        return near
    SHARED.mkdir(parents=True, exist_ok=True, mode=0o755)
    _sweep()
    # A name of its own: a data folder made anew at an old path must not find the old data.
    home = SHARED / secrets.token_hex(8)
    home.mkdir(mode=0o711)
    (home / _WHOSE).write_text(f"{data}\n")
    near.symlink_to(home / "postgres")
    return home / "postgres"


def version(cluster: Path) -> int | None:
    """Give the major version that made the cluster; None when there is no cluster yet."""
    try:
        return int((cluster / "PG_VERSION").read_text())
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def prepare(
    cluster: Path, programs: Programs, account: Account | None, password: str, *, sync: bool = True
) -> None:
    """Make the cluster unless it is there; `sync` waits until it is on the disk.

    Raises:
        EmbeddedFault: It cannot be made, or is of another major version.
    """
    if version(cluster) is None:
        _initialise(cluster, programs, account, password, sync=sync)
    found = version(cluster)
    if found != programs.major:
        raise EmbeddedFault(
            f"{cluster} was made by PostgreSQL {found}, and the one installed is {programs.major}: "
            "install that version, or dump with it and restore"
        )


def read_postmaster(cluster: Path) -> Postmaster | None:
    """Read the pid file (PostgreSQL's `miscadmin.h`: pid, folder, start, port, ..., status on line 8)."""
    try:
        lines = (cluster / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None
    status = lines[7].strip() if len(lines) > 7 else ""
    return Postmaster(pid, port, status == _READY)


def is_served_by(cluster: Path, pid: int) -> bool:
    """Tell whether a process lives and works in the cluster."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == cluster
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def clear_leftovers(cluster: Path) -> None:
    """End a server that outlived its parent, and remove the pid file of one that did not end cleanly.

    PostgreSQL takes a zombie, or any process that got the dead server's pid, for a living server and
    refuses to start; but the file may go only once nothing works in the cluster any more.
    Call it with the data folder's lock held.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    postmaster = read_postmaster(cluster)
    if postmaster and is_served_by(cluster, postmaster.pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            psutil.Process(postmaster.pid).send_signal(signal.SIGINT)
    workers = [process for process in psutil.process_iter() if is_served_by(cluster, process.pid)]
    _, alive = psutil.wait_procs(workers, timeout=_PATIENCE_S)
    if any(is_served_by(cluster, process.pid) for process in alive):
        raise EmbeddedFault(f"an earlier PostgreSQL still works in {cluster} and does not end")
    pid_file.unlink(missing_ok=True)


def set_password(cluster: Path, programs: Programs, account: Account | None, password: str) -> None:
    """Give the superuser a new password without knowing the old one; the server must be down."""
    command = [programs.path("postgres"), "--single", "-D", str(cluster), "postgres"]
    statement = f"ALTER ROLE postgres PASSWORD '{password}'\n"
    _run(command, account, statement)


def _sweep() -> None:
    """Remove the clusters of temporary data folders that are gone; no others: a disk may just be away."""
    for whose in SHARED.glob(f"*/{_WHOSE}"):
        try:
            data = Path(whose.read_text().strip())
        except FileNotFoundError:
            # Somebody else has just removed it.
            continue
        temporary = data.is_relative_to(tempfile.gettempdir())
        cluster = whose.parent / "postgres"
        postmaster = read_postmaster(cluster)
        served = postmaster is not None and is_served_by(cluster, postmaster.pid)
        if temporary and not served and not data.exists():
            shutil.rmtree(whose.parent, ignore_errors=True)


def _initialise(
    cluster: Path, programs: Programs, account: Account | None, password: str, *, sync: bool
) -> None:
    """Make the cluster beside its place and move it there, so that half a cluster is never taken for one."""
    draft = cluster.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    password_file = cluster.with_name(".postgres.password")
    password_file.touch(mode=0o600)
    password_file.write_text(password + "\n")
    if account:
        account.own(draft)
        account.own(password_file)
    locale = ["--locale=C"]
    if programs.major >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [programs.path("initdb"), "-D", str(draft), "-U", "postgres", "--encoding=UTF8", *locale]
    command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "--data-checksums"]
    command += [] if sync else ["--no-sync"]
    try:
        _run(command, account)
    finally:
        password_file.unlink()
    draft.rename(cluster)


def _run(command: list[str], account: Account | None, text: str = "") -> None:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, check=False, **child_options(account)
    )
    if done.returncode:
        lines = f"{done.stdout}\n{done.stderr}".strip().splitlines()
        # What went wrong, before the words about what is cleared away for it.
        wrong = [line for line in lines if any(mark in line for mark in _WRONG)]
        told = (wrong or lines or [f"exit code {done.returncode}"])[-1]
        raise EmbeddedFault(f"{Path(command[0]).name} failed: {told}")

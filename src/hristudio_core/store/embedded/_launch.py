"""Start the server process on its port and wait until it is ready."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from hristudio_core.store.embedded import _cluster
from hristudio_core.store.embedded._account import Account, child_options
from hristudio_core.store.embedded._programs import Programs
from hristudio_core.store.errors import EmbeddedFault

_START_S = 30.0
_PORTS_TRIED = 3
_LOG_BYTES = 10_000_000

# For a machine of 2 cores and 4 GB that also runs a robot's nodes.
_TUNING = MappingProxyType(
    {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "shared_buffers": "64MB",
        "effective_cache_size": "256MB",
        "work_mem": "8MB",
        "max_connections": "60",
        "max_worker_processes": "4",
        "max_logical_replication_workers": "0",
        "autovacuum_max_workers": "2",
        "max_wal_size": "512MB",
        "huge_pages": "off",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_checkpoints": "off",
        "log_line_prefix": "%m [%p] %q%u ",
    }
)


def launch(
    data: Path, cluster: Path, programs: Programs, account: Account | None, options: Mapping[str, str]
) -> tuple["subprocess.Popen[bytes]", int]:
    """Start the server and give it and its port once it is ready.

    Raises:
        EmbeddedFault: It does not start; its log says why.
    """
    settings = {**_TUNING, **options}
    log = data / "log" / "postgres.log"
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_name(log.name + ".1"))
    for attempt in range(_PORTS_TRIED):
        port = _port(data, fresh=attempt > 0)
        command = [programs.path("postgres"), "-D", str(cluster), "-p", str(port)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("ab") as output:
            # A session of its own: the terminal's Ctrl-C is for us, who end the database last.
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **child_options(account),
            )
        if _answers(process, cluster):
            return process, port
    raise EmbeddedFault(f"PostgreSQL does not start: {_last_words(log)}; see {log}")


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    fatal = [line.partition("FATAL:")[2].strip() for line in lines if "FATAL:" in line]
    return fatal[-1] if fatal else "it says nothing"


def _answers(process: "subprocess.Popen[bytes]", cluster: Path) -> bool:
    """Wait until the server says in its pid file that it is ready, or ends."""
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            return False
        postmaster = _cluster.read_postmaster(cluster)
        if postmaster and postmaster.ready and postmaster.pid == process.pid:
            return True
    process.kill()
    process.wait()
    return False


def _port(data: Path, *, fresh: bool) -> int:
    """Give the port of this data folder: the one it had, unless something else has taken it."""
    kept = data / "run" / "postgres.port"
    known = kept.read_text().strip() if kept.exists() and not fresh else ""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(known) if known.isdigit() else 0))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    kept.write_text(f"{port}\n")
    return port

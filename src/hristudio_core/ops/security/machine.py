"""What lies open on a machine: secrets in files, ports that should be for this machine alone."""

import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil

from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.security.probe import Site, is_loopback
from hristudio_core.ops.settings import Settings, variables

OTHERS = 0o007
GROUP_MAY_READ = 0o037
INNER_PORTS = {
    5432: "PostgreSQL",
    6379: "Redis",
    6432: "PgBouncer",
    8000: "the dashboard past nginx",
    9090: "the bridge",
}
KNOCK_S = 1.0


def secret_files(settings: Settings, environment: Mapping[str, str]) -> Finding:
    """May anybody else read a secret?"""
    named = [environment.get(variable.file_name, "") for variable in variables().values() if variable.secret]
    files = [Path(name) for name in named if name]
    files += [Path(environment.get("HRISTUDIO_ENV_FILE") or ".env").absolute()]
    folder = settings.folder.secrets
    files += sorted(folder.glob("*")) if folder.is_dir() else []
    there = [file for file in files if file.is_file()]
    # A service's own group may read what root keeps for it; nobody else may read anything.
    wrong = [
        file
        for file in there
        if (mode := file.stat().st_mode) & (0o077 if file.parent == folder else GROUP_MAY_READ)
        or mode & OTHERS
    ]
    if wrong:
        names = " ".join(map(str, wrong))
        return Finding("secrets", Verdict.PROBLEM, f"others may read {names}", f"chmod 600 {names}")
    return Finding("secrets", Verdict.OK, f"{len(there)} files, none that others may read")


def open_ports(site: Site) -> Finding:
    """Do ports that are for the machine alone answer to the network?"""
    found = _listening() if site.local else _answering(site.host, without=site.port)
    if not found:
        return Finding("ports", Verdict.OK, "none of the inner services answers to the network")
    names = ", ".join(f"{INNER_PORTS[port]} ({port})" for port in sorted(found))
    remedy = "have them listen on 127.0.0.1, or let a firewall keep the network away from them"
    return Finding("ports", Verdict.WARNING, f"open to the network: {names}", remedy)


def _listening() -> set[int]:
    """Give the inner ports that this machine has open beyond itself."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return set()
    return {
        one.laddr.port
        for one in connections
        if one.status == psutil.CONN_LISTEN
        and one.laddr.port in INNER_PORTS
        and not is_loopback(one.laddr.ip)
    }


def _answering(host: str, *, without: int) -> set[int]:
    found = set()
    for port in INNER_PORTS.keys() - {without}:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as knock:
            knock.settimeout(KNOCK_S)
            try:
                if knock.connect_ex((host, port)) == 0:
                    found.add(port)
            except OSError:
                continue
    return found


def machine(settings: Settings, site: Site) -> Iterator[Finding]:
    """Check what lies open."""
    yield secret_files(settings, os.environ)
    yield open_ports(site)

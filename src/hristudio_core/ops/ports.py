"""Ports to listen on: is one free, and if not, who has it?"""

import contextlib
import errno
import socket

import psutil

from hristudio_core.ops.errors import PortTakenError


def claim(host: str, port: int, remedy: str) -> int:
    """Give a port to listen on: `port` if it is free, any free one for 0.

    Raises:
        PortTakenError: Another process listens there. The message names it and ends with `remedy`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do it: connections of a stack that has just ended are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTakenError(host, port, holder(port), remedy) from error
        bound: int = probe.getsockname()[1]
    return bound


def holder(port: int) -> str:
    """Name the process that listens on a port, as far as this user may know."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                process = psutil.Process(connection.pid)
                return f"{process.name()} (process {connection.pid}: {' '.join(process.cmdline())[:120]})"
    return "another process"

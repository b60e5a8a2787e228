"""Who gives a command at this machine: no account of the dashboard."""

import getpass
import os
import socket


def who() -> str:
    """Name who gives this command, and where; by number where the machine has no name for them."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = str(os.getuid())
    return f"{name}@{socket.gethostname()}"

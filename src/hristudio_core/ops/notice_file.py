"""The notice of a maintenance as a machine knows it: kept in a file, for when the database is away.

Who reads the database writes it (the event logger, the dashboard, `hristudio maintenance on`); the trial
manager, which asks no database, reads it before each trial.
"""

import os
import secrets
from pathlib import Path

import msgspec

from hristudio_core.notice import Notice

NAME = "maintenance.json"


def read_notice(run: Path) -> Notice | None:
    """Give the notice that was known last in a data folder's `run`; None: there is none."""
    try:
        return msgspec.json.decode((run / NAME).read_bytes(), type=Notice)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def write_notice(run: Path, notice: Notice | None) -> None:
    """Keep a notice, or that there is none any more; whoever reads meanwhile reads the one or the other.

    Raises:
        OSError: There is no room, or no right.
    """
    if read_notice(run) == notice:
        return
    if notice is None:
        (run / NAME).unlink(missing_ok=True)
        return
    run.mkdir(parents=True, exist_ok=True)
    draft = run / f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}"
    draft.write_bytes(msgspec.json.encode(notice))
    draft.replace(run / NAME)

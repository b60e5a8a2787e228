"""What runs in a data folder, written down for whoever asks from outside.

`hristudio status`, a second `hristudio up` and the next one after a SIGKILL read it.
"""

import os

import msgspec
from msgspec import Struct

from hristudio_core.ops.folder import DataFolder

NAME = "stack.json"


class ProcessRecord(Struct, frozen=True):
    """One process. `state`: starting, running, waiting (for its restart), crash loop, stopped."""

    name: str
    state: str
    pid: int = 0
    restarts: int = 0
    started_ns: int = 0
    last_exit: str = ""


class StackRecord(Struct, frozen=True):
    """A running stack. Times are wall clock, ns since the Unix epoch."""

    pid: int
    version: str
    started_ns: int
    namespace: str
    robot: str
    domain: int
    discovery: str
    addresses: dict[str, str]
    processes: tuple[ProcessRecord, ...] = ()
    ready: bool = False


def write_record(folder: DataFolder, record: StackRecord) -> None:
    """Replace the record in one step, so that nobody ever reads half of it."""
    draft = folder.run / f".{NAME}"
    draft.write_bytes(msgspec.json.encode(record))
    os.replace(draft, folder.run / NAME)  # noqa: PTH105 - the same call, shorter


def read_record(folder: DataFolder) -> StackRecord | None:
    """Give the record of the stack that runs or ran last; None when there is none to read."""
    try:
        return msgspec.json.decode((folder.run / NAME).read_bytes(), type=StackRecord)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def erase_record(folder: DataFolder) -> None:
    """Say that nothing runs any more."""
    (folder.run / NAME).unlink(missing_ok=True)

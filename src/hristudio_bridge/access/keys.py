"""The key that signs the tokens."""

import os
import secrets
from pathlib import Path

from hristudio_bridge.access.tokens import MIN_KEY_BYTES


def data_folder(environment: "os._Environ[str] | dict[str, str]") -> Path:
    """Find HRIStudio's data folder."""
    named = environment.get("HRISTUDIO_DATA")
    if named:
        return Path(named)
    base = environment.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "hristudio"


def read_key(path: Path) -> bytes:
    """Read a key file.

    Raises:
        OSError: it cannot be read.
        ValueError: others may read it.
    """
    if path.stat().st_mode & 0o077:
        raise ValueError(f"{path} can be read by others: chmod 600 it")
    return path.read_bytes()


def read_or_make_key(path: Path) -> bytes:
    """Read a key file, made with a random key when there is none.

    Two processes that do so at the same time end with the same key.
    """
    try:
        return read_key(path)
    except FileNotFoundError:
        pass
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(2 * MIN_KEY_BYTES))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return read_key(path)

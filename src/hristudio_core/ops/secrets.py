"""Keys that the processes of one data folder share, as files that only their owner reads."""

import os
import secrets
from pathlib import Path

from hristudio_core.ops.errors import DataFolderUnusableError

BRIDGE_KEY = "bridge.key"
WEB_KEY = "web.key"
PERSONAL_KEY = "personal.key"
# The embedded database makes its passwords itself.
NAMES = (BRIDGE_KEY, WEB_KEY, PERSONAL_KEY)

OWNER_ONLY = 0o600
BYTES = 32


def ensure(folder: Path) -> None:
    """Make the secrets that are missing; take everybody else's rights from those that are there.

    Args:
        folder: The folder `secrets` of a data folder.

    Raises:
        DataFolderUnusableError: It cannot be written.
    """
    try:
        for name in NAMES:
            ensure_one(folder / name)
    except OSError as error:
        raise DataFolderUnusableError(folder.parent, error) from error


def ensure_one(path: Path) -> None:
    """Make a secret if it is missing; of processes that do so at once, all end with the same.

    Raises:
        OSError: Its folder cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(BYTES))
                file.flush()
                os.fsync(file.fileno())
            # Unlike a rename, a link never replaces what another process made meanwhile.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    if path.stat().st_mode & 0o077:
        path.chmod(OWNER_ONLY)

"""Generated passwords, each in a file that only its owner may read."""

import os
import secrets
from pathlib import Path

APP = "database.password"
OWNER = "database.owner.password"


def read_secret(data: Path, name: str) -> str | None:
    """Read a secret; None when it was never made."""
    try:
        return (data / "secrets" / name).read_text().strip() or None
    except FileNotFoundError:
        return None


def make_secret(data: Path, name: str) -> str:
    """Read a secret, making it first where there is none."""
    known = read_secret(data, name)
    if known:
        return known
    folder = data / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    secret = secrets.token_urlsafe(32)
    draft = folder / f".{name}.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(folder / name)
    return secret

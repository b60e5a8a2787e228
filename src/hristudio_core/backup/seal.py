"""Encryption of a backup's files with age (https://age-encryption.org/v1), and their hashes."""

import hashlib
from pathlib import Path

import pyrage

from hristudio_core.backup.errors import BackupLocked, KeyUnusable
from hristudio_core.backup.manifest import Part

SUFFIX = ".age"
_CHUNK = 1 << 20


def seal(file: Path, recipient: str) -> Path:
    """Encrypt a file in place of itself; without a recipient it stays as it is. Give what lies there now.

    Raises:
        KeyUnusable: The recipient is no public key.
    """
    if not recipient:
        return file
    try:
        key = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise KeyUnusable("HRISTUDIO_BACKUP_RECIPIENT", str(error)) from error
    sealed = file.with_name(file.name + SUFFIX)
    pyrage.encrypt_file(str(file), str(sealed), [key])
    file.unlink()
    return sealed


def unseal(file: Path, into: Path, identity: str, name: str) -> Path:
    """Give a file as it was before `seal`; what was not encrypted is given as it lies.

    Args:
        file: Where it lies.
        into: Folder for the opened one.
        identity: Secret key; empty: there is none.
        name: Of the backup, for the error.

    Raises:
        BackupLocked: The key does not open it.
        KeyUnusable: The identity is no secret key.
    """
    if file.suffix != SUFFIX:
        return file
    if not identity:
        raise BackupLocked(name, given=False)
    try:
        key = pyrage.x25519.Identity.from_str(identity.strip())
    except pyrage.IdentityError as error:
        raise KeyUnusable("HRISTUDIO_BACKUP_IDENTITY", str(error)) from error
    opened = into / file.name.removesuffix(SUFFIX)
    try:
        pyrage.decrypt_file(str(file), str(opened), [key])
    except pyrage.DecryptError as error:
        raise BackupLocked(name, given=True) from error
    return opened


def measure(file: Path) -> Part:
    """Give a file's size and hash."""
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
    return Part(file.stat().st_size, digest.hexdigest())

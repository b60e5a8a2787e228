"""The store that the settings name."""

import importlib
import secrets
from pathlib import Path
from typing import cast

from hristudio_core.media.folder import FolderMedia
from hristudio_core.media.port import Media
from hristudio_core.media.tickets import Tickets
from hristudio_core.ops.settings import StorageSettings

_RANDOM_BYTES = 32


def open_media(storage: StorageSettings, folder: Path, secret: bytes = b"", base: str = "") -> Media:
    """Open where recordings lie: the bucket that is set, else a folder.

    Args:
        storage: The settings.
        folder: Where they lie without a bucket.
        secret: Signs links to the folder; empty: a fresh one, whose links nobody serves.
        base: Address that such links begin with.
    """
    if storage.on:
        return open_bucket(storage, storage.bucket)
    return FolderMedia(folder, Tickets(secret or secrets.token_bytes(_RANDOM_BYTES)), base)


def open_bucket(storage: StorageSettings, bucket: str, prefix: str = "") -> Media:
    """Open a bucket of the store that is set, or a part of one."""
    # boto3 takes 20 MB, which a host that keeps its recordings in a folder does not give.
    s3 = importlib.import_module("hristudio_core.media.s3")
    account = s3.Account(
        storage.endpoint,
        storage.access_key_id,
        storage.secret_access_key,
        storage.region,
        storage.public_endpoint,
    )
    return cast("Media", s3.S3Media(account, bucket, prefix))

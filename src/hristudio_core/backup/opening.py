"""The place for backups that the settings name."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from hristudio_core.backup.errors import StoreUnsupported
from hristudio_core.backup.folder_shelf import FolderShelf
from hristudio_core.backup.shelf import Shelf
from hristudio_core.backup.store_shelf import StoreShelf
from hristudio_core.media import Media, open_bucket
from hristudio_core.ops.settings import StorageSettings


def open_backup_bucket(url: str, account: StorageSettings) -> Media | None:
    """Give the whole bucket that a setting names, to be made as it has to be; None: it names a folder."""
    parts = urlsplit(url)
    return open_bucket(account, parts.netloc) if parts.scheme == "s3" and parts.netloc else None


def open_shelf(url: str, default: Path, account: StorageSettings) -> Shelf:
    """Open the place that a setting names.

    Args:
        url: file:///FOLDER or s3://BUCKET/PREFIX; empty: `default`.
        default: Folder where there is no setting.
        account: How the store of a bucket is reached.

    Raises:
        StoreUnsupported: It is neither.
    """
    if not url:
        return FolderShelf(default)
    parts = urlsplit(url)
    path = unquote(parts.path).strip("/")
    if parts.scheme == "file" and path and not parts.netloc:
        return FolderShelf(Path("/") / path)
    if parts.scheme == "s3" and parts.netloc:
        prefix = f"{path}/" if path else ""
        store = open_bucket(account, parts.netloc, f"{prefix}backups/")
        return StoreShelf(store, open_bucket(account, parts.netloc, f"{prefix}recordings/"))
    raise StoreUnsupported(url)

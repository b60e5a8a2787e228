"""The protocols that can be started from here: files in folders of the web host."""

import os
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from hristudio_core.ops.settings import Settings
from hristudio_core.ops.share import share_folder
from hristudio_core.protocol import Problem, Protocol, digest, load

ENDINGS = (".yaml", ".yml")


def protocol_folders(settings: Settings) -> tuple[Path, ...]:
    """Give where protocols are looked for, the first one winning."""
    named = settings.web.protocols or (share_folder(os.environ) / "config" / "protocols",)
    return (settings.folder.protocols, *named)


class ProtocolFile(Struct, frozen=True):
    """A file with a protocol in it, or with what is wrong with it."""

    name: str
    path: Path
    protocol: Protocol | None
    text: str
    digest: str
    problems: tuple[Problem, ...]


def all_protocols(folders: Iterable[Path]) -> list[ProtocolFile]:
    """Read every protocol of some folders, by name; of two with one name the first folder's counts."""
    found: dict[str, Path] = {}
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                if path.suffix in ENDINGS and not path.name.startswith("."):
                    found.setdefault(path.stem, path)
    return [_read(name, path) for name, path in sorted(found.items())]


def protocol_named(folders: Iterable[Path], name: str) -> ProtocolFile | None:
    """Give a protocol by its name. The name is looked up, never made part of a path."""
    return next((file for file in all_protocols(folders) if file.name == name), None)


def _read(name: str, path: Path) -> ProtocolFile:
    # Read once: what is shown, digested and sent must be the same text.
    data = path.read_bytes()
    loaded = load(data, name=path.name)
    protocol = loaded.protocol
    text = data.decode("utf-8", errors="replace")
    return ProtocolFile(name, path, protocol, text, digest(protocol) if protocol else "", loaded.problems)

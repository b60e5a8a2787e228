"""A support bundle: how an installation is, in one file that may be given away.

No personal data and no secret: each part is chosen, and every line passes the log's own scrubbing again. What
cannot be had (a dead database, no ROS) is told in `missing.txt`, and the rest is there all the same.
"""

import importlib.metadata
import io
import os
import re
import tarfile
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import msgspec

from hristudio_core.ops.logs import HIDDEN, scrub, scrub_field
from hristudio_core.ops.settings import Settings

LINES = 2000
"""Of each log file, the newest."""
LONGEST_TAIL = 4 * 1024 * 1024
SHORTEST = 3
"""Shorter words would be hidden everywhere."""
PIECE = re.compile(r"\w+|(?<!\w)\W")
"""What a word to hide can begin with."""
FOLDER = "hristudio-support"
TELLS_NOTHING = (None, True, False, "", "true", "false")
"""Such a value is no secret, whatever its name."""
Part = Callable[[], object]


class Written(msgspec.Struct, frozen=True):
    """A bundle: its file, what stands in it, and what could not be had, with the reason."""

    path: str
    bytes: int
    files: tuple[str, ...]
    missing: dict[str, str]


def write_bundle(path: Path, parts: Mapping[str, Part], logs: Path, hidden: Iterable[str] = ()) -> Written:
    """Collect everything and write it as a tar.gz: the whole file, or none.

    Args:
        path: Where to; readable by its owner alone.
        parts: Functions that give what a file holds: text, or anything that JSON can hold.
        logs: Folder of log files.
        hidden: Words that must not stand in it, whatever is around them: secrets, names, codes.

    Raises:
        OSError: It cannot be written.
    """
    texts, missing = _collected({**parts, **_tails(logs)}, _hider(hidden))
    if missing:
        texts["missing.txt"] = "".join(f"{name}: {why}\n" for name, why in missing.items())
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            for name, text in texts.items():
                _add(archive, name, text)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Written(str(path), path.stat().st_size, tuple(texts), missing)


def packages() -> str:
    """List the Python packages with their versions."""
    found = {one.metadata["Name"]: one.version for one in importlib.metadata.distributions()}
    return "".join(f"{name} {version}\n" for name, version in sorted(found.items()) if name)


def settings_text(settings: Settings) -> object:
    """Give the settings with all secrets masked."""
    return settings.masked()


def _collected(
    parts: Mapping[str, Part], hide: Callable[[str], str]
) -> tuple[dict[str, str], dict[str, str]]:
    texts, missing = {}, {}
    for name, part in parts.items():
        try:
            given = part()
        except Exception as error:  # noqa: BLE001 - whatever is broken is what the bundle is for
            missing[name] = hide(scrub(f"{type(error).__name__}: {error}"))
            continue
        if isinstance(given, str):
            texts[name] = "".join(hide(scrub(line)) for line in given.splitlines(keepends=True))
        else:
            texts[name] = _json(_clean(msgspec.to_builtins(given, str_keys=True), hide))
    return texts, missing


def _hider(words: Iterable[str]) -> Callable[[str], str]:
    """Give what takes words out of a line; as words of their own, so that P01 does not spoil P012.

    Codes come by the thousand, and whoever makes a bundle may serve live pages: they are looked up by how
    they begin, and not tried one after another.
    """
    begins: dict[str, list[str]] = {}
    for word in sorted({word for word in words if len(word) >= SHORTEST}, key=len, reverse=True):
        begins.setdefault(PIECE.findall(word)[0].lower(), []).append(word)

    def hide(line: str) -> str:
        told, done = [], 0
        for piece in PIECE.finditer(line):
            at = piece.start()
            if at < done:
                continue
            found = next((word for word in begins.get(piece[0].lower(), ()) if _stands(word, line, at)), "")
            if found:
                told += [line[done:at], HIDDEN]
                done = at + len(found)
        return "".join((*told, line[done:]))

    return hide if begins else lambda line: line


def _stands(word: str, line: str, at: int) -> bool:
    """Tell whether a word ends where it would, whatever its case."""
    end = at + len(word)
    return line[at:end].lower() == word.lower() and not line[end : end + 1].replace("_", "x").isalnum()


def _clean(value: object, hide: Callable[[str], str]) -> object:
    """Hide what must not be told, value by value, so that what is left can be read as JSON."""
    if isinstance(value, dict):
        return {
            hide(scrub(key)): _clean(inner if inner in TELLS_NOTHING else scrub_field(key, inner), hide)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_clean(inner, hide) for inner in value]
    return hide(scrub(value)) if isinstance(value, str) else value


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"


def _tails(logs: Path) -> dict[str, Part]:
    if not logs.is_dir():
        return {}
    files = (one for one in sorted(logs.rglob("*")) if one.is_file() and not one.is_symlink())
    return {f"log/{one.relative_to(logs)}": partial(_tail, one) for one in files if one.suffix != ".gz"}


def _tail(path: Path) -> str:
    with path.open("rb") as file:
        skipped = max(0, path.stat().st_size - LONGEST_TAIL)
        file.seek(skipped)
        lines = file.read().decode("utf-8", errors="replace").splitlines(keepends=True)
        # Half a line may hold a value without the name that has it hidden.
        lines = lines[1:] if skipped else lines
    return "".join(lines[-LINES:])


def _add(archive: tarfile.TarFile, name: str, text: str) -> None:
    data = text.encode()
    entry = tarfile.TarInfo(f"{FOLDER}/{name}")
    entry.size, entry.mode, entry.mtime = len(data), 0o600, int(time.time())
    archive.addfile(entry, io.BytesIO(data))

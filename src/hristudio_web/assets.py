"""Static files under addresses that hold their version, so that browsers keep them.

The version stands in the path and not behind a question mark: modules name each other by
relative paths, and so stay within their version.
"""

import hashlib
from pathlib import Path

from flask import Flask, Response, send_from_directory

from hristudio_web.guard import public

FOLDER = Path(__file__).parent / "static"
KEPT_S = 365 * 24 * 3600
LENGTH = 12


def version_of(folder: Path) -> str:
    """Give what changes when any file of a folder does."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        found.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
        found.update(path.read_bytes())
    return found.hexdigest()[:LENGTH]


def add_assets(app: Flask, folder: Path = FOLDER) -> None:
    """Serve the files; `url_for("static", filename=...)` gives their addresses."""
    current = version_of(folder)

    @public
    def static(version: str, filename: str) -> Response:
        answer = send_from_directory(folder, filename)
        # A page of the release before asks for its own version: it gets what there is, for this time.
        if version == current:
            answer.cache_control.public = True
            answer.cache_control.max_age = KEPT_S
            answer.cache_control.immutable = True
            answer.cache_control.no_cache = None
        return answer

    app.add_url_rule("/static/v-<version>/<path:filename>", "static", static)
    app.url_defaults(
        lambda endpoint, values: values.setdefault("version", current) if endpoint == "static" else None
    )

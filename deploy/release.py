#!/usr/bin/env python3
"""Keep releases side by side and point at one of them: installing, switching and going back never mix two.

    ROOT/releases/NAME/   a virtual environment of its own, with the pinned packages and this program
    ROOT/current          the one that serves
    ROOT/previous         the one that served before: `rollback` changes the two

A release is whole when its `release.json` is there, which is written last. Switching is one rename. Only the
standard library is used here: this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
ROOT = Path("/opt/hristudio")
CURRENT, PREVIOUS = "current", "previous"
WHOLE = "release.json"
NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
PYTHONS = ((3, 10), (3, 13))


class ReleaseRefused(Exception):
    """What was asked for cannot be; nothing was changed."""


class Releases:
    """The releases of one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def folder(self, name: str) -> Path:
        """Give where a release lies.

        Raises:
            ReleaseRefused: The name is none.
        """
        if not NAME.fullmatch(name):
            raise ReleaseRefused(f"{name!r} is no name of a release: letters, digits, dots, dashes")
        return self.root / "releases" / name

    def pointed(self, link: str) -> str:
        """Give the name of the release that a link points to; empty: there is none."""
        path = self.root / link
        return path.readlink().name if path.is_symlink() else ""

    def whole(self) -> dict[str, dict[str, str]]:
        """Give what is known of each whole release, the newest first."""
        found = {
            file.parent.name: json.loads(file.read_text())
            for file in (self.root / "releases").glob(f"*/{WHOLE}")
        }
        return dict(sorted(found.items(), key=lambda item: item[1]["installed_at"], reverse=True))

    def install(self, source: Path, name: str) -> str:
        """Install a checkout as a release; give its name.

        Raises:
            ReleaseRefused: There is one of this name, or the checkout is not complete.
        """
        version = version_of(source)
        name = name or f"{version}-{dt.datetime.now(dt.timezone.utc):%Y%m%dT%H%M%SZ}"
        folder = self.folder(name)
        if (folder / WHOLE).exists():
            raise ReleaseRefused(f"there is a release {name}; releases are never changed: take another name")
        if not any((source / "src/hristudio_web/static/vendor").glob("*.js")):
            raise ReleaseRefused(
                f"{source} has no browser scripts: run deploy/browser_assets.py or make setup"
            )
        # What a former try left half done.
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        build(source, folder)
        about = {"version": version, "installed_at": dt.datetime.now(dt.timezone.utc).isoformat()}
        (folder / WHOLE).write_text(json.dumps(about) + "\n")
        return name

    def activate(self, name: str) -> None:
        """Have a release serve from the next start of each process on.

        Raises:
            ReleaseRefused: It is not there, or not whole.
        """
        if not (self.folder(name) / WHOLE).exists():
            known = ", ".join(self.whole()) or "none"
            raise ReleaseRefused(f"there is no whole release {name}; there are: {known}")
        serving = self.pointed(CURRENT)
        if serving == name:
            return
        if serving:
            self._point(PREVIOUS, serving)
        self._point(CURRENT, name)

    def rollback(self) -> str:
        """Go back to the release that served before; give its name.

        Raises:
            ReleaseRefused: None did.
        """
        former = self.pointed(PREVIOUS)
        if not former:
            raise ReleaseRefused("no release served before this one: `list` shows those there are")
        self.activate(former)
        return former

    def prune(self, keep: int) -> list[str]:
        """Remove the oldest releases beyond `keep`, never the two that are pointed to; give their names."""
        pointed = {self.pointed(CURRENT), self.pointed(PREVIOUS)}
        gone = [name for name in list(self.whole())[keep:] if name not in pointed]
        for name in gone:
            (self.folder(name) / WHOLE).unlink()
            shutil.rmtree(self.folder(name))
        return gone

    def _point(self, link: str, name: str) -> None:
        draft = self.root / f".{link}.{os.getpid()}"
        draft.unlink(missing_ok=True)
        draft.symlink_to(Path("releases") / name)
        draft.replace(self.root / link)


def version_of(source: Path) -> str:
    """Read a checkout's version.

    Raises:
        ReleaseRefused: It is no checkout.
    """
    file = source / "pyproject.toml"
    found = re.search(r'^version = "([^"]+)"$', file.read_text(), re.MULTILINE) if file.is_file() else None
    if not found:
        raise ReleaseRefused(f"{source} is no checkout of HRIStudio")
    return found[1]


def build(source: Path, folder: Path) -> None:
    """Fill the folder of a release."""
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    install(python, "-r", source / "deploy/ros_host.txt")
    with tempfile.TemporaryDirectory() as copied:
        # setuptools builds where the source lies, and would leave there what the next release then has.
        for part in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(source / part, copied)
        shutil.copytree(source / "src", Path(copied, "src"), ignore=shutil.ignore_patterns("*.egg-info"))
        install(python, "--no-deps", copied)
    # uv's, which everybody may write to.
    (folder / ".lock").unlink(missing_ok=True)
    share = folder / "share" / "hristudio"
    for part in ("config", "launch", "deploy/nginx"):
        shutil.copytree(source / part, share / part, ignore=shutil.ignore_patterns("__pycache__"))
    # `hristudio upgrade` of this release switches by it.
    shutil.copy(source / "deploy/release.py", share / "deploy")
    (static,) = folder.glob("lib/python3.*/site-packages/hristudio_web/static")
    # What nginx serves, at the same path whatever the Python.
    (folder / "static").symlink_to(static.relative_to(folder))
    run(python, "-m", "hristudio_core.cli", "--version")


def install(python: Path, *words: str | Path) -> None:
    """Install packages, by uv where it is at hand: it is faster.

    Compiled, as pip does anyhow: who runs a release may not write there, and would compile at each start.
    """
    beside = Path(sys.executable).parent / "uv"
    uv = beside if beside.exists() else shutil.which("uv")
    if uv:
        run(uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python, *words)
    else:
        run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *words)


def run(*words: str | Path) -> None:
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ReleaseRefused(f"`{' '.join(map(str, words[:4]))} ...` failed:\n{done.stderr or done.stdout}")


def main(words: list[str] | None = None) -> int:
    given = arguments(words)
    releases = Releases(given.root)
    try:
        given.do(releases, given)
    except (ReleaseRefused, OSError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 1
    return 0


def arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--root", type=Path, default=ROOT, help="folder of the releases (default: %(default)s)"
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    add = verbs.add_parser("install", help="install a checkout as a release; what serves stays")
    add.add_argument("--source", type=Path, default=CHECKOUT, help="the checkout (default: this one)")
    add.add_argument("--name", default="", help="(default: version and time)")
    add.add_argument("--activate", action="store_true", help="and have it serve")
    add.set_defaults(do=do_install)
    switch = verbs.add_parser("activate", help="have a release serve")
    switch.add_argument("name")
    switch.set_defaults(do=do_activate)
    verbs.add_parser("rollback", help="go back to the one that served before").set_defaults(do=do_rollback)
    verbs.add_parser("list", help="the newest first").set_defaults(do=do_list)
    prune = verbs.add_parser("prune", help="remove old ones")
    prune.add_argument("--keep", type=int, default=3, help="how many stay (default: %(default)s)")
    prune.set_defaults(do=do_prune)
    return parser.parse_args(words)


def do_install(releases: Releases, given: argparse.Namespace) -> None:
    name = releases.install(given.source.resolve(), given.name)
    print(f"installed {name}")
    if given.activate:
        releases.activate(name)
        print(f"{name} is current")


def do_activate(releases: Releases, given: argparse.Namespace) -> None:
    releases.activate(given.name)
    print(f"{given.name} is current; `systemctl reload hristudio-web` has it serve")


def do_rollback(releases: Releases, given: argparse.Namespace) -> None:
    del given
    print(f"{releases.rollback()} is current again; `systemctl reload hristudio-web` has it serve")


def do_list(releases: Releases, given: argparse.Namespace) -> None:
    del given
    for name, about in releases.whole().items():
        marks = [link for link in (CURRENT, PREVIOUS) if releases.pointed(link) == name]
        print(f"{name}  {about['version']}  {about['installed_at'][:19]}  {' '.join(marks)}".rstrip())


def do_prune(releases: Releases, given: argparse.Namespace) -> None:
    for name in releases.prune(given.keep):
        print(f"removed {name}")


if __name__ == "__main__":
    sys.exit(main())

"""What is inside: the software bill of materials."""

from __future__ import annotations

import base64
import json
from importlib.metadata import distributions
from typing import TYPE_CHECKING, Any

from scans.scan import PASSED, UNSEEN, Scan, last_line, tool

if TYPE_CHECKING:
    from pathlib import Path

MODULES = "node_modules/"


class Unknown(Exception):
    """A part cannot be listed; it says why."""


def inventory(root: Path) -> Scan:
    """Write build/sbom.json (CycloneDX): pinned packages, ROS wheels of this environment, npm packages."""
    target = root / "build" / "sbom.json"
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    done = tool(root, "cyclonedx-py", "requirements", root / "deploy/requirements/lock.txt", "-o", target)
    if done.returncode or not target.exists():
        return Scan("inventory", UNSEEN, "", (last_line(done, "cyclonedx-py wrote nothing"),))
    bill = json.loads(target.read_text())
    pinned = bill.setdefault("components", [])
    try:
        wheels, scripts = ros_wheels(root), npm_packages(root)
    except Unknown as error:
        target.unlink()
        return Scan("inventory", UNSEEN, "", (str(error),))
    looked = f"{len(pinned)} Python packages, {len(wheels)} ROS wheels, {len(scripts)} npm packages"
    pinned += [*wheels, *scripts]
    target.write_text(json.dumps(bill, indent=2) + "\n")
    verdict = PASSED if len(pinned) > len(wheels) + len(scripts) else UNSEEN
    return Scan("inventory", verdict, f"{looked} in build/sbom.json")


def ros_wheels(root: Path) -> list[dict[str, Any]]:
    """List the ROS wheels that are installed beside this Python, as `deploy/prepare.py` does it.

    Raises:
        Unknown: One that running or building needs is not among them.
    """
    found = {
        one.metadata["Name"]: one.version
        for one in distributions()
        if one.metadata["Name"].startswith("ros-")
    }
    lines = (root / "deploy/requirements/ros.txt").read_text().splitlines()
    needed = [line.split() for line in lines if line and not line.startswith("#")]
    missing = [name for name, *only in needed if not only and f"ros-{name}" not in found]
    if missing:
        raise Unknown(f"ROS wheels that are not installed: {', '.join(missing)}; `make setup` does")
    return [component(name, version, f"pkg:pypi/{name}@{version}") for name, version in sorted(found.items())]


def npm_packages(root: Path) -> list[dict[str, Any]]:
    """List the packages of package-lock.json, with their hashes and licences.

    Raises:
        Unknown: There is none, or it pins not what package.json names.
    """
    try:
        lock = json.loads((root / "package-lock.json").read_text())["packages"]
        wanted = json.loads((root / "package.json").read_text())["dependencies"]
    except (OSError, ValueError, KeyError) as error:
        raise Unknown(f"package-lock.json cannot be read: {error}; `make lock` writes it") from None
    pinned = {path.rpartition(MODULES)[2]: one for path, one in lock.items() if path}
    strange = [name for name, version in wanted.items() if pinned.get(name, {}).get("version") != version]
    if strange:
        raise Unknown(
            f"package-lock.json pins not what package.json names: {', '.join(strange)}; `make lock` does"
        )
    return [npm_package(name, one) for name, one in sorted(pinned.items())]


def npm_package(name: str, one: dict[str, Any]) -> dict[str, Any]:
    made = component(name, one["version"], f"pkg:npm/{name.replace('@', '%40', 1)}@{one['version']}")
    method, _, digest = one["integrity"].partition("-")
    made["hashes"] = [
        {"alg": method.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}
    ]
    if "license" in one:
        made["licenses"] = [{"expression": one["license"]}]
    return made


def component(name: str, version: str, purl: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}

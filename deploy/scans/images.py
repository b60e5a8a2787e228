"""Known vulnerabilities of what is inside the images.

The images are those that the compose files name, as an engine of this machine has them: scanned is what would
run, not what a registry has under the same name. A flaw counts that is grave and has a fix; one without is
the distribution's to mend.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from typing import TYPE_CHECKING, Any

from scans.scan import FOUND, PASSED, UNSEEN, Scan, last_line, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

OURS = re.compile(r"image: (hristudio/\w+):\$\{HRISTUDIO_RELEASE:-(\w+)\}")
ENGINES = ("docker", "podman")
GRAVE = ("High", "Critical")
NO_SCANNER = (
    "no scanner: install trivy (https://trivy.dev) or grype (https://oss.anchore.com/docs/), on the PATH"
)
NO_ENGINE = "no engine has images here: install docker or podman, and build them"
BUILD = "build it: docker build --file deploy/Dockerfile --target {} --tag {} ."


class Unseen(Exception):
    """A scanner did not look; it says why."""


def images(root: Path) -> Scan:
    """Have trivy or grype look into every image."""
    wanted = named(root)
    scanner = next((name for name in SCANNERS if shutil.which(name)), None)
    engine = next((name for name in ENGINES if shutil.which(name)), None)
    troubles = [] if scanner else [NO_SCANNER]
    troubles += [] if engine else [NO_ENGINE]
    if not wanted:
        troubles.append("the compose files name no image of ours")
    if scanner is None or engine is None or not wanted:
        return Scan("images", UNSEEN, "0 images", tuple(troubles))
    bad: list[str] = []
    looked: list[str] = []
    for image in wanted:
        try:
            look_for(root, engine, image)
            bad += [f"{image}: {flaw}" for flaw in SCANNERS[scanner](root, engine, image)]
            looked.append(image)
        except Unseen as error:
            troubles.append(f"{image}: {error}")
    verdict = UNSEEN if troubles else FOUND if bad else PASSED
    return Scan("images", verdict, f"{len(looked)} of {len(wanted)} images by {scanner}", (*troubles, *bad))


def named(root: Path) -> list[str]:
    """Give the names of our images, as the compose files have them."""
    release = os.environ.get("HRISTUDIO_RELEASE")
    texts = [file.read_text() for file in sorted((root / "deploy" / "compose").glob("*.yaml"))]
    found = [match for text in texts for match in OURS.findall(text)]
    return sorted({f"{name}:{release or usual}" for name, usual in found})


def look_for(root: Path, engine: str, image: str) -> None:
    """See that an engine has an image. Raises `Unseen`."""
    done = run(root, engine, "image", "inspect", image)
    if done.returncode:
        target = image.partition("/")[2].partition(":")[0]
        raise Unseen(f"{last_line(done, f'{engine} failed')}; {BUILD.format(target, image)}")


def trivy(root: Path, engine: str, image: str) -> list[str]:
    """Ask trivy, which is to fetch the newest that is known, or fail. Raises `Unseen`."""
    words = ("--quiet", "--format", "json", "--scanners", "vuln", "--list-all-pkgs", "--image-src", engine)
    done = run(root, "trivy", "image", *words, image, TRIVY_SKIP_DB_UPDATE="false")
    results = told(done).get("Results") or ()
    if not any(part.get("Packages") for part in results):
        raise Unseen("trivy found no package in it")
    flaws = [flaw for part in results for flaw in part.get("Vulnerabilities") or ()]
    return sorted(
        {
            flaw_in(flaw["PkgName"], flaw["InstalledVersion"], flaw["VulnerabilityID"], flaw["FixedVersion"])
            for flaw in flaws
            if flaw["Severity"].title() in GRAVE and flaw.get("FixedVersion")
        }
    )


def grype(root: Path, engine: str, image: str) -> list[str]:
    """Ask grype, which is to fail when it cannot see whether it knows the newest. Raises `Unseen`."""
    fresh = dict.fromkeys(("AUTO_UPDATE", "VALIDATE_AGE", "REQUIRE_UPDATE_CHECK"), "true")
    environment = {f"GRYPE_DB_{name}": value for name, value in fresh.items()}
    answer = told(run(root, "grype", "--quiet", "--output", "json", f"{engine}:{image}", **environment))
    if not answer.get("descriptor", {}).get("db") or "matches" not in answer:
        raise Unseen("grype does not say what it knows flaws from")
    found = [(one["artifact"], one["vulnerability"]) for one in answer["matches"]]
    return sorted(
        {
            flaw_in(artifact["name"], artifact["version"], flaw["id"], ", ".join(flaw["fix"]["versions"]))
            for artifact, flaw in found
            if flaw["severity"] in GRAVE and flaw["fix"]["state"] == "fixed"
        }
    )


def flaw_in(package: str, version: str, flaw: str, mended: str) -> str:
    return f"{package} {version}: {flaw}, mended in {mended}"


def told(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Read what a scanner says. Raises `Unseen`: it failed, or says nothing."""
    if done.returncode:
        raise Unseen(last_line(done, f"it failed with status {done.returncode}"))
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unseen("its answer cannot be read")
    return found


SCANNERS: dict[str, Callable[[Path, str, str], list[str]]] = {"trivy": trivy, "grype": grype}

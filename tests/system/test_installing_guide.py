"""What the guide to production does to a machine, done to a folder by the real programs.

`useradd`, `systemctl` and Docker Compose take a root of their own; only `sudo` and the absolute paths differ
from what is printed.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hristudio_core.ops.share import CHECKOUT

GUIDE = CHECKOUT / "docs" / "operations" / "production.md"
BIN = Path(sys.executable).parent
WANTED = {
    "multi-user.target.wants/hristudio-web.service",
    "timers.target.wants/hristudio-backup.timer",
    "timers.target.wants/hristudio-check.timer",
    *(f"timers.target.wants/hristudio-drill@{name}.timer" for name in ("monthly", "quarterly", "yearly")),
    *(f"timers.target.wants/hristudio-maintenance@{name}.timer" for name in ("daily", "weekly")),
}
PROGRAMS = {
    "sudo": 'exec "$@"',
    "useradd": 'exec {useradd} --prefix "$ROOT" "$@"',
    # The group is that of the folder; the machine does not know it.
    "install": """
for word in "$@"; do [ "$word" != hristudio ] || grep -q ^hristudio: "$ROOT/etc/group"; done
exec {install} $(printf '%s\\n' "$@" | sed '/^-g$/d; /^hristudio$/d')""",
    "systemctl": """
[ "$1" = daemon-reload ] && exec test -f "$ROOT/etc/systemd/system/hristudio-web.service"
[ "$1 $2" = "enable --now" ] && shift 2 && exec {systemctl} --root="$ROOT" enable "$@"
exit 2""",
    # Everything but the engine: the file and the settings are read, and what would be started is worked out.
    "docker": """
[ "$1" = compose ] && shift
words=$(printf '%s\\n' "$@" | sed 's/^up$/config/; /^--detach$/d; /^--build$/d')
HRISTUDIO_SETTINGS="$ROOT/etc/hristudio/web.env" {compose} $words""",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A machine's root as far as these programs look at it, and the programs."""
    made = tmp_path / "root"
    (made / "etc" / "systemd" / "system").mkdir(parents=True)
    for name in ("passwd", "group", "shadow", "gshadow", "login.defs"):
        (made / "etc" / name).touch()
    places = {
        "useradd": shutil.which("useradd", path=f"{os.defpath}:/usr/sbin"),
        "install": shutil.which("install"),
        "systemctl": shutil.which("systemctl"),
        "compose": BIN / "docker-compose",
    }
    if os.geteuid() != 0 or not places["useradd"] or not places["systemctl"]:
        pytest.skip("needs root, useradd and systemctl: apt-get install systemd passwd")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in PROGRAMS.items():
        script = programs / name
        script.write_text(f"#!/bin/bash\nset -euo pipefail\n{text.format_map(places)}\n")
        script.chmod(0o755)
    return made


def run(root: Path, mark: str) -> str:
    section = GUIDE.read_text().split(f"<!-- {mark} -->")[1].split(f"<!-- end of {mark} -->")[0]
    commands = section.split("```bash\n")[1].split("```")[0]
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", re.sub(r"(?<= )/etc/", f"{root}/etc/", commands)],
        env={"PATH": f"{root.parent / 'bin'}:{os.environ['PATH']}", "ROOT": str(root), "HOME": str(root)},
        cwd=CHECKOUT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "rror" in done.stderr or "not found" in done.stderr) == (0, False), done.stderr
    return done.stdout


def test_units_and_containers_are_set_up_as_printed(root: Path) -> None:
    run(root, "units")
    user = next(line for line in (root / "etc" / "passwd").read_text().splitlines() if "hristudio" in line)
    assert user.split(":")[5:] == ["/var/lib/hristudio", "/usr/sbin/nologin"]
    units = root / "etc" / "systemd" / "system"
    assert {str(one.relative_to(units)) for one in units.rglob("*.wants/*")} == WANTED
    secrets, settings = root / "etc" / "hristudio" / "secrets", root / "etc" / "hristudio" / "web.env"
    assert (secrets.stat().st_mode & 0o777, settings.stat().st_mode & 0o777) == (0o750, 0o640)

    with settings.open("a") as file:
        file.write("POSTGRES_PASSWORD=chosen\nS3_SECRET_ACCESS_KEY=chosen\n")
    services = run(root, "containers")
    assert "services:" in services
    assert "study.example.org" in services

"""The units that ship are ones that systemd takes, and leave little to whoever breaks in."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hristudio_core.ops.share import CHECKOUT

FOLDER = CHECKOUT / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
TIMERS = sorted(FOLDER.glob("*.timer"))
# systemd's own measure of exposure, 0 (none) to 10; below 2 it says OK.
MOST_EXPOSED = 2.0


def analyze(*words: str | Path, **environment: str) -> subprocess.CompletedProcess:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("needs systemd-analyze: apt-get install systemd")
    return subprocess.run(
        [program, *words], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units, with the program's place on this machine in them."""
    script = tmp_path / "robot.sh"
    script.write_bytes((CHECKOUT / "deploy" / "robot.sh").read_bytes())
    script.chmod(0o755)
    units = tmp_path / "units"
    units.mkdir()
    for unit in (*SERVICES, *TIMERS):
        text = unit.read_text().replace("/opt/hristudio/current/bin/python", sys.executable)
        (units / unit.name).write_text(text.replace("/opt/hristudio/bin/robot.sh", str(script)))
    return units


def test_systemd_takes_them(installed: Path):
    units = [str(unit).replace("@.", "@nao.") for unit in sorted(installed.iterdir())]
    done = analyze("verify", "--man=no", "--recursive-errors=no", *units)
    assert done.returncode == 0, done.stderr
    ours = [line for line in done.stderr.splitlines() if "hristudio" in line]
    assert ours == []


def test_a_mistake_would_be_found(installed: Path):
    unit = installed / "hristudio-web.service"
    unit.write_text(unit.read_text().replace("UMask", "Umsk"))
    done = analyze("verify", "--man=no", "--recursive-errors=no", unit)
    assert "Umsk" in done.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_they_are_shut_in(unit: Path, tmp_path: Path):
    copy = tmp_path / unit.name.replace("@.", "@nao.")
    copy.write_bytes(unit.read_bytes())
    done = analyze("security", "--offline=true", "--no-pager", copy)
    assert done.returncode == 0, done.stderr
    overall = float(re.search(r"Overall exposure level for \S+: ([\d.]+)", done.stdout)[1])
    assert overall < MOST_EXPOSED, done.stdout


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_none_runs_as_root(unit: Path):
    text = unit.read_text()
    assert "User=hristudio\n" in text
    assert "NoNewPrivileges=yes" in text
    assert "ProtectSystem=strict" in text


@pytest.mark.parametrize("timer", TIMERS, ids=lambda timer: timer.stem)
def test_timers_have_their_service_and_a_time_that_comes(timer: Path):
    # One service may have timers of several occasions.
    template = re.sub("@.+", "@", timer.stem)
    assert timer.with_name(f"{template}.service").exists()
    when = re.search("OnCalendar=(.+)", timer.read_text())[1]
    assert analyze("calendar", when, TZ="UTC").returncode == 0


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.stem)
def test_their_verbs_exist(unit: Path):
    occasion = "daily" if "maintenance" in unit.name else "monthly"
    for words in re.findall(r"python -m hristudio_core\.cli (.+)", unit.read_text()):
        done = subprocess.run(
            [sys.executable, "-m", "hristudio_core.cli", *words.replace("%i", occasion).split(), "--help"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

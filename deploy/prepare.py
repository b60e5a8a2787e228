#!/usr/bin/env python3
"""Prepare a virtual environment in which HRIStudio runs and is tested.

Everything comes from PyPI and npm: ROS 2 as wheels, CMake and Ninja to build our
interfaces against them, and the browser's scripts. Each stage leaves a stamp with
a hash of its inputs in the environment, so a second run costs a few milliseconds.
Only the standard library is used here: this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = Path(__file__).resolve().parent.parent
DISTROS = ("jazzy", "kilted")
PYTHONS = ((3, 10), (3, 13))
APT_PACKAGES = {"g++": "g++", "gcc": "gcc"}


class PrepareError(Exception):
    """Something is missing that only the user can bring."""


@dataclass(frozen=True)
class Environment:
    """Where one ROS distribution's virtual environment lies."""

    root: Path
    distro: str

    @property
    def python(self) -> Path:
        return self.root / "bin" / "python"

    def path(self, kind: str) -> Path:
        """Give the folder that ``sysconfig`` of the environment's Python names."""
        code = f"import sysconfig; print(sysconfig.get_path({kind!r}))"
        return Path(output([self.python, "-c", code]))

    def variables(self) -> dict[str, str]:
        """Give the variables under which CMake finds the ROS wheels."""
        clean = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "CMAKE_PREFIX_PATH"}}
        return clean | {
            "AMENT_PREFIX_PATH": str(self.root),
            "LD_LIBRARY_PATH": str(self.root / "lib"),
            "PATH": f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "ROS_DISTRO": self.distro,
            "VIRTUAL_ENV": str(self.root),
        }


def output(command: Iterable[str | Path]) -> str:
    return subprocess.run([*map(str, command)], check=True, text=True, capture_output=True).stdout.strip()


def run(command: Iterable[str | Path], env: dict[str, str] | None = None) -> None:
    """Run quietly; on failure print what the command said and give up."""
    words = [*map(str, command)]
    done = subprocess.run(words, cwd=ROOT, env=env, text=True, capture_output=True, check=False)
    if done.returncode:
        sys.stderr.write((done.stdout + done.stderr)[-6000:])
        raise PrepareError(f"`{' '.join(words[:4])} ...` failed with status {done.returncode}")


def check_machine() -> None:
    """Refuse early, with the command that helps, when a system package is missing."""
    version = sys.version_info[:2]
    if not PYTHONS[0] <= version <= PYTHONS[1]:
        raise PrepareError(
            f"Python {version[0]}.{version[1]} has no ROS 2 wheels; they exist for 3.10 to 3.13. "
            "Name another interpreter: make setup PYTHON=python3.12"
        )
    missing = [package for tool, package in APT_PACKAGES.items() if not shutil.which(tool)]
    include = Path(sysconfig.get_path("include"))
    if not (include / "Python.h").exists():
        missing.append("python3-dev")
    try:
        __import__("ensurepip")
    except ImportError:
        missing.append("python3-venv")
    if missing:
        install_packages(missing)


def install_packages(missing: list[str]) -> None:
    command = f"apt-get install -y {' '.join(missing)}"
    if os.geteuid() or not shutil.which("apt-get"):
        raise PrepareError(f"these system packages are missing; install them with: sudo {command}")
    print(f"  installing {', '.join(missing)} with apt-get")
    run(["apt-get", "update", "-q"])
    run(command.split(), {**os.environ, "DEBIAN_FRONTEND": "noninteractive"})


def make_environment(env: Environment) -> None:
    shutil.rmtree(env.root, ignore_errors=True)
    run([sys.executable, "-m", "venv", env.root])
    run([env.python, "-m", "pip", "install", "-q", "uv>=0.5"])


def install_python(env: Environment) -> None:
    """Install the ROS wheels, the pinned Python packages, and our own in editable form."""
    lines = (ROOT / "deploy/requirements/ros.txt").read_text().splitlines()
    words = [line.split() for line in lines if line and not line.startswith("#")]
    wheels = [f"ros-{env.distro}-{name}" for name, *only in words if env.distro in (only or DISTROS)]
    pins = ROOT / "deploy/requirements/lock.txt"
    uv = [env.root / "bin/uv", "pip", "install", "--quiet", "--python", env.python]
    run([*uv, *wheels, "-r", pins])
    run([*uv, "--no-deps", "--editable", ROOT])


def build_interfaces(env: Environment) -> None:
    """Generate and build msg/, srv/ and action/ into the environment."""
    mend_paths(env)
    build = env.root / "build"
    shutil.rmtree(build, ignore_errors=True)
    cmake = env.root / "bin/cmake"
    configure = {
        "CMAKE_PREFIX_PATH": env.root,
        "CMAKE_INSTALL_PREFIX": env.root,
        "CMAKE_BUILD_TYPE": "Release",
        "Python3_EXECUTABLE": env.python,
        "BUILD_TESTING": "OFF",
        "HRISTUDIO_PYTHON": "OFF",
    }
    defines = [f"-D{name}={value}" for name, value in configure.items()]
    run([cmake, "-G", "Ninja", "-S", ROOT, "-B", build, *defines], env.variables())
    run([cmake, "--build", build, "--target", "install"], env.variables())


def mend_paths(env: Environment) -> None:
    """Point the wheels' exported CMake files at this machine's Python.

    They name the folders of the machine that built them, which exist nowhere else.
    """
    built_on = re.compile(r"/opt/python/cp3\d+-cp3\d+/(include/python3\.\d+|lib/python3\.\d+/site-packages)")
    here = {"i": str(env.path("include")), "l": str(env.path("purelib"))}
    for file in (env.root / "share").rglob("*.cmake"):
        text = file.read_text(errors="surrogateescape")
        mended = built_on.sub(lambda match: here[match[1][0]], text)
        if mended != text:
            file.write_text(mended, errors="surrogateescape")


def install_browser_assets(env: Environment) -> None:
    """Fetch the scripts that pages load into src/hristudio_web/static/vendor."""
    script = ROOT / "deploy" / "browser_assets.py"
    run([env.python, script])


@dataclass(frozen=True)
class Stage:
    """One stage, redone when the hash of its inputs changes, or what it left in the checkout is gone."""

    title: str
    inputs: tuple[str, ...]
    work: Callable[[Environment], None]
    leaves: tuple[str, ...] = ()

    def stamp(self, env: Environment) -> Path:
        return env.root / "prepared" / self.work.__name__

    def done(self, env: Environment, digest: str) -> bool:
        """Tell whether there is nothing to do."""
        stamp = self.stamp(env)
        return (
            stamp.exists()
            and stamp.read_text() == digest
            and all((ROOT / folder).is_dir() for folder in self.leaves)
        )

    def digest(self, env: Environment) -> str:
        """Hash the stage's inputs."""
        hashed = hashlib.sha256(f"{env.distro} {sys.version}".encode())
        for pattern in self.inputs:
            for file in sorted(ROOT.glob(pattern)):
                hashed.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
        return hashed.hexdigest()


STAGES = (
    Stage("virtual environment", (), make_environment),
    Stage("ROS 2 and Python packages", ("deploy/requirements/*.txt", "pyproject.toml"), install_python),
    Stage(
        "ROS interfaces, the longest of all",
        ("deploy/requirements/ros.txt", "CMakeLists.txt", "package.xml", "msg/*", "srv/*", "action/*"),
        build_interfaces,
    ),
    Stage(
        "browser assets",
        ("package*.json", "deploy/browser_assets.py"),
        install_browser_assets,
        leaves=("src/hristudio_web/static/vendor",),
    ),
)


def prepare(env: Environment) -> None:
    """Run each stage whose inputs changed, and each stage after the environment is new."""
    for number, stage in enumerate(STAGES, 1):
        digest = stage.digest(env)
        if stage.done(env, digest):
            continue
        check_machine()
        started = time.monotonic()
        print(f"[{number}/{len(STAGES)}] {stage.title} ...", flush=True)
        stage.work(env)
        stamp = stage.stamp(env)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(digest)
        print(f"      done in {time.monotonic() - started:.0f} s", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", type=Path, required=True, help="folder of the virtual environment")
    parser.add_argument("--distro", choices=DISTROS, default="jazzy", help="ROS 2 release (default: jazzy)")
    chosen = parser.parse_args()
    try:
        prepare(Environment(chosen.venv.absolute(), chosen.distro))
    except (PrepareError, OSError) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

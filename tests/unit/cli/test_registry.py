"""The verbs, their help, and what ros2cli is told of them."""

import argparse
import configparser
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hristudio_core.cli._command import build_parser, guard
from hristudio_core.cli._registry import PACKAGE, LazyParser, add_verb, load_verb, summaries
from hristudio_core.cli._verb import Exit, Verb
from hristudio_core.ops.share import CHECKOUT
from hristudio_core.ops.stack import read_stack

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HRISTUDIO = (sys.executable, "-m", "hristudio_core.cli")
TOP = summaries(PACKAGE)
GROUPS = (
    "backup",
    "config",
    "db",
    "debug",
    "deploy",
    "flag",
    "maintenance",
    "profile",
    "protocol",
    "storage",
    "trial",
    "upgrade",
    "user",
)
ALL = [f"{PACKAGE}.{name}" for name in TOP] + [
    f"{PACKAGE}.{group}.{name}" for group in GROUPS for name in summaries(f"{PACKAGE}.{group}")
]

HELP = """
import sys
from hristudio_core.cli import main
try:
    main(["--help"])
except SystemExit:
    heavy = ("psycopg", "rclpy", "yaml", "msgspec", "psutil")
    print(sorted(name for name in sys.modules if name.startswith(heavy)))
"""


def run(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*HRISTUDIO, *words], capture_output=True, text=True, env={**os.environ, **environment}, check=False
    )


def test_the_verbs_are_those_that_are_promised():
    assert {"up", "status", "node", "protocol", "trial", "db", "user", "doctor", "config"} <= set(TOP)
    assert {"validate", "show", "digest", "new"} <= set(summaries(f"{PACKAGE}.protocol"))
    assert {"run", "list", "show", "events", "verify"} <= set(summaries(f"{PACKAGE}.trial"))
    assert {"migrate", "check", "status", "connections", "kill-idle"} <= set(summaries(f"{PACKAGE}.db"))
    assert set(summaries(f"{PACKAGE}.user")) == {"add", "link"}
    assert {"check", "show", "docs"} == set(summaries(f"{PACKAGE}.config"))


@pytest.mark.parametrize("module", ALL)
def test_every_verb_teaches(module: str):
    verb = load_verb(module)
    parser = LazyParser(prog="hristudio")
    add_verb(parser, verb, "hristudio")
    text = parser.format_help()
    assert "exit codes:" in text
    assert verb.__doc__
    assert verb.__doc__.partition("\n")[0].endswith(".")
    if module.rpartition(".")[2] not in GROUPS:
        assert "examples:" in text
        assert verb.EXAMPLES.startswith("  hristudio ")


def test_help_loads_no_verb_and_is_quick():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    began = time.process_time()
    build_parser().format_help()
    assert time.process_time() - began < 2


def test_help_lists_every_verb_with_its_summary():
    printed = " ".join(run("--help").stdout.split())
    for name, summary in TOP.items():
        assert f"{name} {summary}" in printed


def test_an_unknown_verb_is_a_usage_error_that_lists_the_known():
    done = run("jump")
    assert done.returncode == Exit.USAGE
    assert "trial" in done.stderr
    done = run("trial", "jump")
    assert done.returncode == Exit.USAGE
    assert "verify" in done.stderr
    assert run().returncode == Exit.USAGE


def test_the_installed_entry_points_are_the_verbs_and_the_programs():
    config = configparser.ConfigParser()
    config.read(CHECKOUT / "src" / "setup.cfg")
    points = config["options.entry_points"]
    verbs = dict(line.split(" = ") for line in points["hristudio.verb"].strip().splitlines())
    assert verbs == {
        name: f"{PACKAGE}.{name}:{type(load_verb(f'{PACKAGE}.{name}')).__name__}" for name in TOP
    }
    programs = {line.split(" = ")[0] for line in points["console_scripts"].strip().splitlines()}
    described = {
        process.executable for process in read_stack(CHECKOUT / "config" / "stack.yaml").processes.values()
    }
    assert described - programs <= {"recorder"}
    assert programs <= described
    # What pip installs (pyproject.toml) is what colcon installs (src/setup.cfg).
    installed = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["entry-points"]
    assert installed["hristudio.verb"] == verbs
    for group in ("ros2cli.command", "ros2cli.extension_point"):
        assert installed[group] == dict(line.split(" = ") for line in points[group].strip().splitlines())


def test_completion_knows_verbs_and_options_of_groups(tmp_path: Path):
    def complete(line: str) -> list[str]:
        file = tmp_path / "completions"
        variables = {
            "_ARGCOMPLETE": "1", "_ARGCOMPLETE_STDOUT_FILENAME": str(file), "_ARGCOMPLETE_IFS": "\n",
            "COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_SUPPRESS_SPACE": "1",
        }  # fmt: skip
        run(**variables)
        return file.read_text().split("\n")

    assert "trial" in complete("hristudio tr")
    assert set(complete("hristudio trial ")) >= {"run", "list", "verify"}
    assert "--seed" in complete("hristudio trial run --s")


class Boom(Verb):
    """Raise what it is given."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def main(self, *, args: argparse.Namespace) -> int:
        del args
        raise self.error


def told(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = guard(lambda: Boom(error).main(args=argparse.Namespace()))
    return code, capsys.readouterr().err


def test_people_get_sentences_and_no_traceback(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch
):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    assert told(FileNotFoundError(2, "No such file or directory", "x.yaml"), capsys) == (
        Exit.CANNOT_NOW,
        "hristudio: x.yaml: No such file or directory\n",
    )
    assert told(KeyboardInterrupt(), capsys) == (Exit.INTERRUPTED, "")
    code, text = told(ZeroDivisionError("division by zero"), capsys)
    assert code == Exit.CANNOT_NOW
    assert "fault of HRIStudio" in text
    assert "Traceback" not in text
    report = next(tmp_path.glob("hristudio-error-*"))
    assert report.stat().st_mode & 0o077 == 0
    assert "ZeroDivisionError" in report.read_text()


def test_a_reader_that_goes_away_is_no_error():
    done = subprocess.run(
        f"{' '.join(HRISTUDIO)} protocol show long_session --json | head -1",
        shell=True, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""


def test_a_reader_that_has_gone_before_is_no_error_either():
    given, written = os.pipe()
    os.close(given)
    # As in a shell: what is printed waits in a buffer until the end.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with os.fdopen(written) as nobody:
        done = subprocess.run(
            [*HRISTUDIO, "protocol", "show", "greeting"],
            stdout=nobody, stderr=subprocess.PIPE, text=True, env=environment, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (Exit.OK, "")

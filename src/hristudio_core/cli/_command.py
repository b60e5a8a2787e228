"""The `hristudio` command: parses, runs the verb, says in one sentence what went wrong."""

import argparse
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import gettempdir

from hristudio_core.cli._registry import PACKAGE, LazyParser, add_verbs, complete
from hristudio_core.cli._verb import EXIT_CODES, Exit, Verb
from hristudio_core.ops.env_file import load_env_file
from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.version import own_version

DESCRIPTION = "Wizard-of-Oz studies on ROS 2: run protocols on a robot, steer them, keep every event."
EPILOG = f"""\
examples:
  hristudio up                                   start robot, database, bridge and dashboard
  hristudio protocol validate greeting.yaml      check a protocol; every problem at once
  hristudio trial run greeting.yaml --seed 7     run it without a dashboard
  hristudio doctor                               what is wrong with this machine?

`hristudio VERB --help` says more. With ros2cli the same verbs are `ros2 hristudio VERB`.

{EXIT_CODES}"""
OURS = ("hristudio_core", "hristudio_bridge", "hristudio_web")
DEBUG = "HRISTUDIO_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; give its exit code."""
    try:
        load_env_file(os.environ)
    except SettingsInvalidError as error:
        print(f"hristudio: {error}", file=sys.stderr)
        return Exit.CANNOT_NOW
    parser = build_parser()
    complete(parser)
    chosen = parser.parse_args(argv)
    verb: Verb = chosen.verb
    return guard(lambda: verb.main(args=chosen))


def build_parser() -> argparse.ArgumentParser:
    """Build the parser; verbs add their arguments when they are chosen."""
    parser = LazyParser(prog="hristudio", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"hristudio {own_version()}")
    add_verbs(parser, PACKAGE, "verbs")
    return parser


def guard(work: Callable[[], int]) -> int:
    """Run a verb; turn whatever it raises into a sentence and an exit code."""
    try:
        return _written(work())
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`hristudio trial events | head`); Python would complain at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except Exception as error:  # edge of the process: people get a sentence
        if os.environ.get(DEBUG):
            raise
        print(f"hristudio: {_sentence(error)}", file=sys.stderr)
        return getattr(error, "exit_code", Exit.CANNOT_NOW)


def _written(code: int) -> int:
    """Write what waits in Python's buffer now, where a reader that has gone is no error."""
    sys.stdout.flush()
    return code


def _sentence(error: Exception) -> str:
    """Say what happened: our own errors and the system's speak for themselves."""
    if type(error).__module__.partition(".")[0] in OURS:
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    report = Path(gettempdir()) / f"hristudio-error-{os.getuid()}-{time.time_ns()}.txt"
    descriptor = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        traceback.print_exception(error, file=file)
    return f"this is a fault of HRIStudio ({type(error).__name__}: {error}); please report {report}"

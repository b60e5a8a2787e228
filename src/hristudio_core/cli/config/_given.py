"""The environment that a verb looks at: the process's own, or a file's alone."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from hristudio_core.cli._verb import Parser
from hristudio_core.ops.env_file import read_env_file

KEPT = ("HOME", "XDG_DATA_HOME")


def add_env_file(parser: Parser) -> None:
    """Add `--env-file`."""
    parser.add_argument(
        "--env-file",
        type=Path,
        metavar="FILE",
        help="look at this file of variables alone (default: the environment, and .env in this folder)",
    )


def environment_of(args: argparse.Namespace) -> Mapping[str, str]:
    """Give what is to be looked at.

    Raises:
        SettingsInvalidError: The file cannot be read.
    """
    if args.env_file is None:
        return os.environ
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **read_env_file(args.env_file)}

"""Where releases lie, and what the steps of an upgrade work with."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hristudio_core.cli._database import database_urls
from hristudio_core.cli._verb import Parser
from hristudio_core.cli.backup._place import progress
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.share import share_folder
from hristudio_core.upgrade import ROOT, Hands, Stage
from hristudio_core.upgrade.target import SCRIPT


def add_root(parser: Parser) -> None:
    """Add `--root`."""
    parser.add_argument(
        "--root",
        type=Path,
        default=ROOT,
        metavar="FOLDER",
        help="folder of the releases (default: %(default)s)",
    )


def add_target(parser: Parser, *, optional: bool = False) -> None:
    """Add what is upgraded to."""
    parser.add_argument(
        "target",
        type=Path,
        nargs="?" if optional else None,
        help="the release: a checkout, or its archive (.tar.gz, .zip)",
    )
    parser.add_argument("--name", type=release_name, help="of the release (default: its version)")


def release_name(text: str) -> str:
    """Read a release's name as argparse wants it read."""
    if not text or not text[0].isalnum() or not all(letter.isalnum() or letter in "._-" for letter in text):
        raise argparse.ArgumentTypeError(f"letters, digits, dots and dashes, not {text!r}")
    return text


@contextmanager
def open_stage(settings: Settings, root: Path) -> Iterator[Stage]:
    """Give what steps work with."""
    root = root.absolute()
    script = share_folder(os.environ) / SCRIPT
    with database_urls(settings) as urls:
        yield Stage(root, script, Path(sys.executable), urls.owner, Hands(root, settings.data), progress)

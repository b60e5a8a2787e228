"""The running site that a verb looks at."""

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from hristudio_core.cli._verb import Parser
from hristudio_core.ops.record import read_record
from hristudio_core.ops.security import Site
from hristudio_core.ops.settings import Settings


def site_url(text: str) -> str:
    """Read the address of a site as argparse wants it read."""
    parts = urlsplit(text)
    if text and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise argparse.ArgumentTypeError(f"an address such as https://study.example.org, not {text!r}")
    return text


def bridge_url(text: str) -> str:
    """Read the address of a bridge as argparse wants it read."""
    parts = urlsplit(text)
    if not (parts.scheme in {"ws", "wss"} and parts.hostname):
        raise argparse.ArgumentTypeError(f"an address such as wss://robot.example.org:9090, not {text!r}")
    return text


def add_authority(parser: Parser) -> None:
    """Add `--ca`."""
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help="certificate authority of the site, where it is one's own"
    )


def site_of(settings: Settings, given: str | None, authority: Path | None) -> Site:
    """Give the site: the one that is given, else what the settings or the running stack say."""
    record = read_record(settings.folder)
    running = record.addresses.get("dashboard") if record else None
    here = f"http://{settings.web.host}:{settings.web.port}"
    return Site(given or settings.web.public_url or running or here, authority)

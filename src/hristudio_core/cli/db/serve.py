"""Run the embedded PostgreSQL in the foreground."""

import argparse
import signal
import sys
from pathlib import Path
from typing import NoReturn

from hristudio_core.cli._arguments import add_data, settings_of
from hristudio_core.cli._migration import migrate_safely
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops.settings import Settings
from hristudio_core.store.embedded import Embedded


class Serve(Verb):
    """Run the embedded PostgreSQL in the foreground, with a current schema.

    `hristudio up` and the launch files start it when DATABASE_URL is not set. A server
    that dies is started again on the same port; SIGINT and SIGTERM end it.
    """

    EXAMPLES = "  hristudio db serve"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("--ready-file", type=Path, metavar="FILE", help="make this file once it is ready")
        add_data(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Serve until a signal comes."""
        settings = settings_of(args)
        settings.folder.prepare()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)
        if args.ready_file:
            args.ready_file.unlink(missing_ok=True)
        while True:
            code = _serve_once(settings, args.ready_file)
            _say("WARN", f"PostgreSQL ended (exit code {code}); starting it again")


def _serve_once(settings: Settings, ready_file: Path | None) -> int | None:
    server = Embedded.start(settings.data)
    try:
        done = migrate_safely(settings, server.owner_url)
        if done.backup:
            _say("INFO", f"backup {done.backup} was taken before the migration")
        if done.applied:
            newest = done.applied[-1]
            told = f"{len(done.applied)} applied, up to {newest.version} {newest.name}"
            _say("INFO", f"migrations: {told}")
        if ready_file:
            ready_file.touch()
        _say("INFO", f"PostgreSQL answers on port {server.port}")
        return server.wait()
    finally:
        # The signal has come already; another one must not leave the server running.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        if ready_file:
            ready_file.unlink(missing_ok=True)
        server.stop()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(Exit.OK)


def _say(level: str, text: str) -> None:
    print(f"[{level}] [database]: {text}", flush=True)

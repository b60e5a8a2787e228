"""Run the embedded PostgreSQL in the foreground."""

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

from hristudio_core.cli._arguments import add_data, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.store.embedded import Embedded
from hristudio_core.store.migrate import migrate

OWNER_ONLY = 0o600


class Serve(Verb):
    """Run the embedded PostgreSQL in the foreground, with a current schema.

    `hristudio up` and the launch files start it when DATABASE_URL is not set. A server
    that dies is started again on the same port; SIGINT and SIGTERM end it.
    """

    EXAMPLES = "  hristudio db serve --ready-file /tmp/url      the file holds the URL once all is ready"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--ready-file", type=Path, metavar="FILE", help="write the URL there once it is ready"
        )
        add_data(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Serve until a signal comes."""
        folder = settings_of(args).folder
        folder.prepare()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)
        while True:
            code = _serve_once(folder.root, args.ready_file)
            _say("WARN", f"PostgreSQL ended (exit code {code}); starting it again")


def _serve_once(data: Path, ready_file: Path | None) -> int | None:
    server = Embedded.start(data)
    try:
        for migration in migrate(server.owner_url):
            _say("INFO", f"applied migration {migration.version} {migration.name}")
        if ready_file:
            _write_private(ready_file, server.url)
        _say("INFO", f"PostgreSQL answers on port {server.port}")
        return server.wait()
    finally:
        # The signal has come already; another one must not leave the server running.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        server.stop()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)


def _leave(_number: int, _frame: object) -> NoReturn:
    sys.exit(Exit.OK)


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w") as file:
        file.write(text)
    draft.replace(path)


def _say(level: str, text: str) -> None:
    print(f"[{level}] [database]: {text}", flush=True)

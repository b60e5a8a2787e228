"""`python -m hristudio_web`: serve the dashboard."""

import argparse
import os
import sys
from pathlib import Path

import msgspec

from hristudio_core.store import (
    Database,
    DatabaseSettings,
    MemoryAccounts,
    MemorySessions,
    MemoryTrials,
    PostgresAccounts,
    PostgresSessions,
    PostgresTrials,
    Role,
    running_url,
)
from hristudio_web.dashboard import Dashboard, Shelf
from hristudio_web.errors import InvalidSettings
from hristudio_web.server import Server
from hristudio_web.settings import MEMORY, Settings, read_settings


def main(args: list[str] | None = None) -> int:
    """Serve until told to end; give the exit code."""
    given = _arguments(args)
    try:
        settings = read_settings(os.environ, given.config)
    except InvalidSettings as error:
        print(f"hristudio_web: {error}", file=sys.stderr)  # noqa: T201 - nothing logs yet
        return 2
    if given.port is not None:
        settings = msgspec.structs.replace(settings, port=given.port)
    Server(settings, lambda: build(settings), given.port_file).run()
    return 0


def build(settings: Settings) -> Dashboard:
    """Build the dashboard on the adapters that the settings name."""
    return Dashboard(settings, _shelf(settings))


def _shelf(settings: Settings) -> Shelf:
    if settings.database_url == MEMORY:
        accounts = MemoryAccounts()
        sessions = MemorySessions(accounts)
        somebody = accounts.create("developer@localhost.invalid", "Developer", Role.ADMINISTRATOR)
        print(f"sign in once: /sign-in/{sessions.issue_link(somebody.id)}", flush=True)  # noqa: T201 - as in `up`
        return Shelf(accounts, sessions, MemoryTrials())
    url = settings.database_url or running_url(settings.data)
    if url is None:
        raise InvalidSettings("there is no database: set DATABASE_URL, or run `hristudio up`")
    database = Database.open(DatabaseSettings(url, wait_s=2.0, name="hristudio-web"))
    return Shelf(
        PostgresAccounts(database),
        PostgresSessions(database),
        PostgresTrials(database),
        database.ping,
        database.close,
    )


def _arguments(args: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m hristudio_web", description="Serve HRIStudio's dashboard."
    )
    parser.add_argument(
        "--config", type=Path, default=_config(), help="settings (TOML); default: %(default)s"
    )
    parser.add_argument("--port", type=int, help="port to listen on; 0: any that is free")
    parser.add_argument("--port-file", type=Path, help="file to write the port to once it listens")
    return parser.parse_args(args)


def _config() -> Path | None:
    named = os.environ.get("HRISTUDIO_WEB_CONFIG")
    return Path(named) if named else None


if __name__ == "__main__":
    sys.exit(main())

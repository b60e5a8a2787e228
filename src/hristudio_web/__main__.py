"""`python -m hristudio_web`: serve the dashboard."""

import argparse
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hristudio_core.ops.env_file import load_env_file
from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.logs import configure
from hristudio_core.ops.settings import MEMORY, Settings, read_settings
from hristudio_core.store import (
    Database,
    DatabaseSettings,
    MemoryAccounts,
    MemoryAudit,
    MemoryCredentials,
    MemoryExperiments,
    MemoryIdentities,
    MemoryParticipants,
    MemoryPlans,
    MemoryProtocols,
    MemorySecondFactors,
    MemorySessions,
    MemoryStudies,
    MemoryTokens,
    MemoryTrials,
    PostgresAccounts,
    PostgresAudit,
    PostgresCredentials,
    PostgresExperiments,
    PostgresFlags,
    PostgresIdentities,
    PostgresNotices,
    PostgresParticipants,
    PostgresPlans,
    PostgresProtocols,
    PostgresSecondFactors,
    PostgresSessions,
    PostgresStudies,
    PostgresTokens,
    PostgresTrials,
    PostgresUsage,
    Role,
    running_url,
)
from hristudio_telemetry import (
    UNCOUNTED,
    LibraryMissingError,
    check_traces,
    open_analytics,
    open_reporter,
    open_traces,
)
from hristudio_web.dashboard import Dashboard, Shelf
from hristudio_web.errors import InvalidSettings
from hristudio_web.server import PROCESS, Server


def main(args: list[str] | None = None) -> int:
    """Serve until told to end; give the exit code."""
    given = _arguments(args)
    try:
        load_env_file(os.environ, given.env_file)
        settings = read_settings(os.environ)
        configure(settings.logs, open_reporter(os.environ, PROCESS))
        check_traces(os.environ)
    except (SettingsInvalidError, LibraryMissingError, ValueError) as error:
        print(f"hristudio_web: {error}", file=sys.stderr)  # noqa: T201 - nothing logs yet
        return 2
    if given.port is not None:
        settings = replace(settings, web=replace(settings.web, port=given.port))
    Server(settings, lambda: build(settings), given.port_file, given.fd).run()
    return 0


def build(settings: Settings) -> Dashboard:
    """Build the dashboard on the adapters that the settings name."""
    # In the process that serves: threads that send spans and counts do not survive a fork.
    told = settings.telemetry
    analytics = open_analytics(told.posthog_host, told.posthog_key) if told.counted else UNCOUNTED
    return Dashboard(settings, _shelf(settings), traces=open_traces(os.environ, PROCESS), analytics=analytics)


def _shelf(settings: Settings) -> Shelf:
    if settings.database.url == MEMORY:
        accounts, trials = MemoryAccounts(), MemoryTrials()
        sessions = MemorySessions(accounts, timedelta(seconds=settings.web.session_idle_s))
        somebody = accounts.create("developer@localhost.invalid", "Developer", Role.ADMINISTRATOR)
        print(f"sign in once: /sign-in/{sessions.issue_link(somebody.id)}", flush=True)  # noqa: T201 - as in `up`
        studies = MemoryStudies(accounts, trials)
        experiments = MemoryExperiments(studies, trials)
        return Shelf(
            accounts,
            sessions,
            MemoryCredentials(accounts),
            MemorySecondFactors(accounts),
            MemoryIdentities(accounts),
            MemoryTokens(accounts),
            MemoryAudit(),
            trials,
            studies,
            MemoryProtocols(accounts),
            MemoryParticipants(studies, trials),
            MemoryPlans(accounts, studies, trials, experiments),
            experiments,
        )
    url = settings.database.url or running_url(settings.data)
    if url is None:
        raise InvalidSettings("there is no database: set DATABASE_URL, or run `hristudio up`")
    database = Database.open(DatabaseSettings(url, name="hristudio-web", **settings.database.pool()))
    return Shelf(
        PostgresAccounts(database),
        PostgresSessions(database, timedelta(seconds=settings.web.session_idle_s)),
        PostgresCredentials(database),
        PostgresSecondFactors(database),
        PostgresIdentities(database),
        PostgresTokens(database),
        PostgresAudit(database),
        PostgresTrials(database),
        PostgresStudies(database),
        PostgresProtocols(database),
        PostgresParticipants(database),
        PostgresPlans(database),
        PostgresExperiments(database),
        usage=PostgresUsage(database),
        notices=PostgresNotices(database),
        flags=PostgresFlags(database),
        pool=database.use,
        ping=database.ping,
        close=database.close,
    )


def _arguments(args: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m hristudio_web", description="Serve HRIStudio's dashboard."
    )
    parser.add_argument(
        "--env-file",
        type=Path,
        help="file of settings, NAME=VALUE a line (default: $HRISTUDIO_ENV_FILE or .env)",
    )
    parser.add_argument("--port", type=int, help="port to listen on; 0: any that is free")
    parser.add_argument("--fd", type=int, help="socket to serve on, inherited from whoever starts this")
    parser.add_argument("--port-file", type=Path, help="file to write the port to once it listens")
    return parser.parse_args(args)


if __name__ == "__main__":
    sys.exit(main())

"""The debug mode of a data folder: asked for, ended, told."""

import math
import sys
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hristudio_core.cli._caller import who
from hristudio_core.cli._database import NAME
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._output import print_json
from hristudio_core.ops.folder import PRIVATE
from hristudio_core.ops.settings import MEMORY, Settings
from hristudio_core.store.audit import PostgresAudit
from hristudio_core.store.database import Database, DatabaseSettings
from hristudio_core.store.embedded import running_url
from hristudio_core.store.errors import StoreError
from hristudio_telemetry import Debug, read_debug, write_debug

PARTS = ("bridge", "event_logger", "sim_robot", "skill_server", "trial_manager", "web")


def switch(settings: Settings, debug: Debug | None) -> str:
    """Ask for it or for its end, with a line in the audit trail; give why there is no such line, if so.

    Raises:
        RequestRefused: Nothing of ours has run in that data folder, or the file cannot be written.
    """
    run = settings.folder.run
    if not settings.data.is_dir():
        raise RequestRefused(f"nothing has run in {settings.data} yet; name its data folder: --data FOLDER")
    try:
        run.mkdir(mode=PRIVATE, exist_ok=True)
        write_debug(run, debug)
    except OSError as error:
        raise RequestRefused(f"{run} cannot be written: {error.strerror or error}") from error
    return _audit(settings, debug)


def current(settings: Settings) -> Debug | None:
    """Give what is in force; None: nothing is."""
    debug = read_debug(settings.folder.run)
    return debug if debug and debug.left_s(time.time()) else None


def check_names(names: Sequence[str]) -> None:
    """Refuse a name that no process of ours has.

    Raises:
        RequestRefused: With the names that there are.
    """
    if unknown := [name for name in names if name not in PARTS]:
        raise RequestRefused(f"no process is called {unknown[0]}; there are {', '.join(PARTS)}")


def tell(debug: Debug | None, unaudited: str = "", *, as_json: bool) -> None:
    """Say how it stands."""
    if as_json:
        print_json(_for_machines(debug))
    else:
        print(_for_people(debug))
    if unaudited:
        print(f"the audit trail has no line of it: {unaudited}", file=sys.stderr)


def _for_people(debug: Debug | None) -> str:
    if debug is None:
        return "debug mode is off"
    left = timedelta(seconds=math.ceil(debug.left_s(time.time())))
    names = ", ".join(debug.processes) or "all processes"
    by = f" (set by {debug.by})" if debug.by else ""
    return f"debug mode is on for {names}: {left} more{by}"


def _for_machines(debug: Debug | None) -> dict[str, Any]:
    if debug is None:
        return {"on": False, "until": None, "by": "", "processes": []}
    return {"on": True, "until": debug.until_s, "by": debug.by, "processes": list(debug.processes)}


def _audit(settings: Settings, debug: Debug | None) -> str:
    """Keep that it was done, if the database answers: a debug mode is for when something does not."""
    url = settings.database.url or running_url(settings.data)
    if not url or url == MEMORY:
        return "no database runs here"
    try:
        database = Database.open(DatabaseSettings(url, name=NAME, min_size=1, max_size=1))
        try:
            PostgresAudit(database).record(
                "debug.on" if debug else "debug.off", detail={"by": who(), **_for_machines(debug)}
            )
        finally:
            database.close()
    except StoreError as error:
        return str(error)
    return ""

"""Write down how this installation is, in one file that may be given away."""

import argparse
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._command import own_version
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._output import print_json, stdout_for_results
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.doctor import check_database
from hristudio_core.nodes.remote import look
from hristudio_core.ops.bundle import Part, machine, packages, processes, settings_text, write_bundle
from hristudio_core.ops.doctor import CHECKS
from hristudio_core.ops.lock import running_record
from hristudio_core.ops.plan import DISCOVERY
from hristudio_core.ops.record import StackRecord
from hristudio_core.ops.settings import Settings
from hristudio_core.ops.stack import ros_namespace
from hristudio_core.store.activity import activity, people
from hristudio_core.store.embedded import running_owner_url
from hristudio_core.store.errors import StoreError
from hristudio_core.store.migrate import status

ASK_S = 3.0
NO_DATABASE = "no database runs here, and DATABASE_URL names none"


class Support(Verb):
    """Write a support bundle: how this installation is, in one file that may be given away.

    It holds versions, settings with all secrets masked, what `hristudio doctor` finds, processes with their
    memory, the robot's state, the dashboard's health and figures, migrations and connections of the database,
    and the newest lines of the logs, scrubbed again. Secrets are hidden in it, and the names, addresses and
    participants' codes that the database has; while that is away, those that a log line gives a name to. What
    cannot be had is named in it. Look into it before you give it away.
    """

    EXAMPLES = """\
  hristudio support
  hristudio support --output /tmp/bundle.tar.gz --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "-o", "--output", type=Path, metavar="FILE", help="default: named by the time, here"
        )
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Write it."""
        settings = settings_of(args)
        path = args.output or Path(f"hristudio-support-{time.strftime('%Y%m%d-%H%M%S')}.tar.gz")
        try:
            with stdout_for_results():
                written = write_bundle(path, parts_of(settings), settings.folder.log, hidden_in(settings))
        except OSError as error:
            raise RequestRefused(f"{path} cannot be written: {error.strerror or error}") from error
        if args.json:
            print_json(written)
            return Exit.OK
        print(f"{written.path} ({written.bytes / 1000:.0f} kB) holds:")
        for name in written.files:
            print(f"  {name}")
        for name, why in written.missing.items():
            print(f"missing: {name} ({why})")
        return Exit.OK


def parts_of(settings: Settings) -> Mapping[str, Part]:
    """Give what stands in a bundle of this installation."""
    record = running_record(settings.folder)
    return {
        "version.txt": lambda: f"HRIStudio {own_version()}\n",
        "machine.json": machine,
        "packages.txt": packages,
        "settings.json": lambda: settings_text(settings),
        "doctor.json": lambda: [check(settings) for check in (*CHECKS, check_database)],
        "stack.json": lambda: record,
        "processes.json": lambda: processes(record),
        "robot.json": lambda: _robot(record, settings),
        "health.json": lambda: _asked(record, "/api/health"),
        "figures.json": lambda: _asked(record, "/api/metrics"),
        "migrations.json": lambda: status(_database(settings)),
        "connections.json": lambda: activity(_database(settings)),
    }


def hidden_in(settings: Settings) -> set[str]:
    """Give what must stand nowhere: secrets that are set; names and codes, as far as the database tells."""
    words = set(settings.secrets())
    with suppress(LookupError, StoreError):
        words |= people(_database(settings))
    return words


def _robot(record: StackRecord | None, settings: Settings) -> dict[str, Any]:
    if record and record.discovery:
        # Read by the middleware when the context starts.
        os.environ[DISCOVERY] = record.discovery
    domain = record.domain if record else settings.core.domain
    told = msgspec.to_builtins(look(ros_namespace(record.namespace if record else ""), domain, ASK_S))
    # Codes of participants, and what people have typed, stay here.
    for name in ("participant", "reason", "stop_reason", "running"):
        _forget(told, name)
    return dict(told)


def _forget(value: object, name: str) -> None:
    if isinstance(value, dict):
        value.pop(name, None)
        for inner in value.values():
            _forget(inner, name)
    elif isinstance(value, list):
        for inner in value:
            _forget(inner, name)


def _asked(record: StackRecord | None, path: str) -> object:
    address = record.addresses.get("dashboard", "") if record else ""
    if not address.startswith("http"):
        raise LookupError("no dashboard runs here")
    with urlopen(address.rstrip("/") + path, timeout=ASK_S) as answer:  # noqa: S310 - the stack's own address
        return msgspec.json.decode(answer.read())


def _database(settings: Settings) -> str:
    url = settings.database.url_unpooled or settings.database.url or running_owner_url(settings.data)
    if not url:
        raise LookupError(NO_DATABASE)
    return url

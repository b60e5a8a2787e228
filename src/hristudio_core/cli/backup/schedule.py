"""Make backups and drills by the clock."""

import argparse
import getpass
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from types import FrameType

from hristudio_core.backup.schedule import backup_wait, drill_due, drilled, utc_now
from hristudio_core.backup.units import Installation, units
from hristudio_core.cli._arguments import add_data, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import shelf_of
from hristudio_core.ops.settings import Settings

RETRY_S = 60.0
LOOK_S = 600.0
"""Others make backups, too: what is due is looked at anew this often."""
ENVIRONMENT = "/etc/hristudio/hristudio.env"


class Schedule(Verb):
    """Make backups and drills by the clock: this command's own, systemd's timers, or cron's (`--once`).

    A backup every half hour (HRISTUDIO_BACKUP_EVERY), pruned afterwards, so that data are never older than an
    hour; each month a drill of the database, each quarter and year one of everything. What is due is told by
    the backups and reports that are there. What fails is told and tried again a minute later.
    """

    EXAMPLES = """\
  hristudio backup schedule                                          run until it is ended
  hristudio backup schedule --once                                   do what is due, for cron
  sudo hristudio backup schedule --units /etc/systemd/system --user hristudio"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="do what is due now, and end")
        how.add_argument("--units", metavar="FOLDER", help="write systemd units there, and end")
        parser.add_argument("--user", help="account that the units run under (default: yours)")
        parser.add_argument(
            "--env-file",
            default=ENVIRONMENT,
            help=f"file of settings that the units read (default: {ENVIRONMENT})",
        )
        add_data(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Do it."""
        settings = settings_of(args)
        if args.units:
            return _write_units(settings, args)
        clock = Clock(settings)
        if args.once:
            return Exit.OK if clock.work() else Exit.NOT_IN_ORDER
        return clock.run()


class Clock:
    """Does what is due, each in a process of its own, so that the one that waits stays small."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._shelf = shelf_of(settings)
        self._every = timedelta(seconds=settings.backup.every_s)
        self._ending = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Work until a signal comes."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        print(f"backups every {self._every} to {self._shelf.place}", flush=True)
        while not self._ending.is_set():
            done = self.work()
            self._ending.wait(self._pause_s() if done else RETRY_S)
        return Exit.OK

    def work(self) -> bool:
        """Do what is due; tell whether all of it was done."""
        done = True
        if not self._backup_wait():
            # One that was made without a damaged recording is one all the same.
            done = self._run("create") and self._run("prune")
        drill = drill_due(utc_now(), drilled(self._settings.folder.drills))
        if drill and done and not self._ending.is_set():
            done = self._run("drill", "--occasion", drill.value)
        return done

    def _pause_s(self) -> float:
        return max(min(self._backup_wait().total_seconds(), LOOK_S), 1.0)

    def _backup_wait(self) -> timedelta:
        newest = next(self._shelf.readable(), None)
        return backup_wait(utc_now(), newest.created_at if newest else None, self._every)

    def _run(self, *words: str) -> bool:
        command = [sys.executable, "-m", "hristudio_core.cli", "backup", *words]
        environment = {**os.environ, "HRISTUDIO_DATA": str(self._settings.data)}
        with subprocess.Popen(command, env=environment, start_new_session=True) as child:
            self._child = child
            if self._ending.is_set():
                child.terminate()
            code = child.wait()
        self._child = None
        print(f"{utc_now():%Y-%m-%d %H:%M:%S} {' '.join(words)}: exit code {code}", flush=True)
        return code in {Exit.OK, Exit.NOT_IN_ORDER}

    def _end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._ending.set()
        if self._child is not None:
            self._child.terminate()


def _write_units(settings: Settings, args: argparse.Namespace) -> int:
    folder = Path(args.units)
    program = Path(sys.executable).with_name("hristudio")
    here = Installation(program, args.user or getpass.getuser(), Path(args.env_file))
    made = units(here, settings.backup.every_s)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    timers = " ".join(name for name in made if name.endswith(".timer"))
    print(
        f"{len(made)} units in {folder}; now:\n  systemctl daemon-reload\n  systemctl enable --now {timers}"
    )
    return Exit.OK

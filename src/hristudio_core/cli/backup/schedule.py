"""Make backups and drills by the clock."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from types import FrameType

from hristudio_core.backup import BackupError
from hristudio_core.backup.schedule import backup_wait, drill_due, drilled, utc_now
from hristudio_core.cli._arguments import add_data, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import shelf_of
from hristudio_core.media import MediaError
from hristudio_core.ops.settings import Settings

RETRY_S = 60.0
SHORTEST_S = 1.0
DONE = frozenset({Exit.OK, Exit.NOT_IN_ORDER})
"""A backup without a damaged recording is one all the same, and a drill that was not passed was done."""
LOOK_S = 600.0
"""Others make backups, too: what is due is looked at anew this often."""


class Schedule(Verb):
    """Make backups and drills by the clock: this command's own, or cron's (`--once`).

    A backup every half hour (HRISTUDIO_BACKUP_EVERY), pruned afterwards, so that data are never older than an
    hour; each month a drill of the database, each quarter and year one of everything. What is due is told by
    the backups and reports that are there. What fails is told and tried again a minute later. systemd has
    timers of its own for the same: deploy/systemd.
    """

    EXAMPLES = """\
  hristudio backup schedule           run until it is ended, in a container
  hristudio backup schedule --once    do what is due, and end, for cron"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument("--once", action="store_true", help="do what is due now, and end")
        add_data(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Do it."""
        settings = settings_of(args)
        clock = Clock(settings)
        return clock.work() if args.once else clock.run()


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
            self._ending.wait(self._turn())
        return Exit.OK

    def work(self) -> Exit:
        """Do what is due; tell the worst that came of it."""
        codes = [Exit.OK]
        if not self._backup_wait():
            codes.append(self._run("create"))
            if codes[-1] in DONE:
                codes.append(self._run("prune"))
        drill = drill_due(utc_now(), drilled(self._settings.folder.drills))
        if drill and codes[-1] in DONE and not self._ending.is_set():
            codes.append(self._run("drill", "--occasion", drill.value))
        return max(codes)

    def _turn(self) -> float:
        """Do what is due; give how long to wait then, s."""
        try:
            if self.work() in DONE:
                return max(min(self._backup_wait().total_seconds(), LOOK_S), SHORTEST_S)
        except (BackupError, MediaError, OSError) as error:
            # A store that is away now is no reason to make no backups any more.
            print(f"{utc_now():%Y-%m-%d %H:%M:%S} {error}", flush=True)
        return RETRY_S

    def _backup_wait(self) -> timedelta:
        newest = next(self._shelf.readable(), None)
        return backup_wait(utc_now(), newest.created_at if newest else None, self._every)

    def _run(self, *words: str) -> Exit:
        command = [sys.executable, "-m", "hristudio_core.cli", "backup", *words]
        environment = {**os.environ, "HRISTUDIO_DATA": str(self._settings.data)}
        with subprocess.Popen(command, env=environment, start_new_session=True) as child:
            self._child = child
            if self._ending.is_set():
                child.terminate()
            code = child.wait()
        self._child = None
        print(f"{utc_now():%Y-%m-%d %H:%M:%S} {' '.join(words)}: exit code {code}", flush=True)
        return Exit(code) if code in DONE else Exit.CANNOT_NOW

    def _end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._ending.set()
        if self._child is not None:
            self._child.terminate()

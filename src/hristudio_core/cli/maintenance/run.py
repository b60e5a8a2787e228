"""Tidy up: database, logs, temporary files, recordings, backups."""

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._output import print_json, size
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.backup._place import progress, shelf_of
from hristudio_core.maintenance import TASKS, Result, Rhythm, Task, Verdict, Work, run
from hristudio_core.maintenance.task import Databases
from hristudio_core.media import open_media
from hristudio_core.ops.settings import Settings
from hristudio_core.store.errors import StoreError

BAD = frozenset({Verdict.WARNING, Verdict.FAILED})
SIGNS = {Verdict.DONE: "done", Verdict.NOTHING: "-", Verdict.WARNING: "WARNING", Verdict.FAILED: "FAILED"}


class Run(Verb):
    """Tidy up: database, logs, temporary files, recordings, backups. All tasks, unless some are chosen.

    Each task says what it did, with counts and bytes; one that fails, or takes longer than it may, keeps none
    of the others from its turn. Nothing that a trial may need is touched: it can be run at any time. Two at
    once do not meet, not even from two machines. Exit code 1: a task failed or warns, such as of a full disk.

    systemd has timers for it (deploy/systemd): `--daily` each night, `--weekly` on Sundays.
    """

    EXAMPLES = """\
  hristudio maintenance run --dry-run                      what would be done?
  hristudio maintenance run --daily
  hristudio maintenance run --only recordings --delete-orphans
  hristudio maintenance tasks                              what there is, and how often"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--daily", action="store_true", help="those of each day")
        which.add_argument("--weekly", action="store_true", help="those of each week")
        which.add_argument(
            "--only",
            action="append",
            metavar="TASK",
            choices=[task.name for task in TASKS],
            help="this one (can be given more than once): %(choices)s",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, change nothing")
        parser.add_argument(
            "--delete-orphans",
            action="store_true",
            help="delete old recordings whose trial PostgreSQL does not know",
        )
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Do it."""
        settings = settings_of(args)
        chosen = _chosen(args)
        with _databases(settings) as databases:
            work = Work(
                settings, databases,
                shelf=lambda: shelf_of(settings),
                media=lambda: open_media(settings.storage, settings.folder.media),
                now=datetime.now(timezone.utc),
                dry_run=args.dry_run, delete_orphans=args.delete_orphans,
            )  # fmt: skip
            results = run(
                chosen,
                work,
                lambda task: progress(f"{chosen.index(task) + 1}/{len(chosen)} {task.name}: {task.does}"),
            )
        in_order = all(result.done.verdict not in BAD for result in results)
        if args.json:
            print_json({"in_order": in_order, "dry_run": args.dry_run, "tasks": results})
        else:
            _print(results)
        return Exit.OK if in_order else Exit.NOT_IN_ORDER


def _chosen(args: argparse.Namespace) -> list[Task]:
    if args.only:
        return [task for task in TASKS if task.name in args.only]
    rhythms = {Rhythm.DAILY} if args.daily else {Rhythm.WEEKLY} if args.weekly else set(Rhythm)
    return [task for task in TASKS if task.rhythm in rhythms]


@contextmanager
def _databases(settings: Settings) -> Iterator[Databases]:
    """Give the databases; what needs none is done without one, too."""
    with ExitStack() as opened:
        try:
            urls = opened.enter_context(database_urls(settings))
        except (StoreError, RequestRefused) as error:
            yield Databases(missing=str(error))
        else:
            yield Databases(urls.work, urls.owner)


def _print(results: list[Result]) -> None:
    for result in results:
        freed = f" ({size(result.done.bytes)})" if result.done.bytes else ""
        print(f"{SIGNS[result.done.verdict]:<8}{result.task:<12}{result.done.told}{freed}")
        for line in result.done.details:
            print(f"{'':20}{line}")

"""Upgrade to another release."""

import argparse
import shlex
from datetime import datetime, timezone

from msgspec import structs, to_builtins

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._output import print_json
from hristudio_core.cli._site import add_authority, site_url
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.maintenance.on import message, minutes
from hristudio_core.cli.upgrade._place import add_root, add_target, open_stage
from hristudio_core.ops.settings import Settings
from hristudio_core.upgrade import (
    Apply as Steps,
)
from hristudio_core.upgrade import (
    Choices,
    Ledger,
    Record,
    Stage,
    UpgradeRefused,
    names,
    opened,
    plan,
)

RESTART = "systemctl reload hristudio-web"
WAIT_MINUTES = 240.0


class Apply(Verb):
    """Upgrade to another release: install it, close doors, back up, migrate, switch, check, open.

    No trial is ended: the doors are closed (maintenance mode), and what runs is waited for. Each step is
    written down before and after it, in `upgrades/` beside the releases; whatever happens, `--continue` goes
    on, and `hristudio upgrade rollback` goes back. Until the migrations nothing is otherwise than before:
    what fails until then opens the doors again. Run it as whoever may write where the releases lie (root).
    """

    EXAMPLES = """\
  hristudio upgrade apply hristudio-1.2.0.tar.gz
  hristudio upgrade apply ~/hristudio --when-idle     # people are told only once no trial runs
  hristudio upgrade apply --continue"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_target(parser, optional=True)
        parser.add_argument(
            "--continue", dest="go_on", action="store_true", help="go on with the upgrade that was begun"
        )
        when = parser.add_mutually_exclusive_group()
        when.add_argument("--when-idle", action="store_true", help="close the doors only when no trial runs")
        when.add_argument("--now", action="store_true", help="refuse when a trial runs, and wait for none")
        parser.add_argument(
            "--wait",
            type=minutes,
            default=WAIT_MINUTES,
            metavar="MINUTES",
            help="how long to wait for trials that run (default: %(default)g)",
        )
        parser.add_argument("--message", type=message, default="", help="for everybody to read meanwhile")
        parser.add_argument(
            "--restart",
            metavar="COMMAND",
            help=f"replaces the dashboard's processes (default: {RESTART})",
        )
        parser.add_argument("--url", type=site_url, help="the site to check (default: the settings')")
        add_authority(parser)
        add_root(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Do it."""
        if args.go_on == bool(args.target):
            raise RequestRefused("give either a release or --continue: `hristudio upgrade apply --help`")
        settings, ledger = settings_of(args), Ledger(args.root.absolute())
        with ledger.alone(), open_stage(settings, args.root) as stage:
            record = _unfinished(args, ledger) if args.go_on else _begin(args, settings, stage)
            done = Steps(stage, ledger).run(record)
        if args.json:
            print_json(to_builtins(done))
        else:
            print(f"{done.release} ({done.version}) serves; backup {done.backup}")
            print("`hristudio upgrade rollback` goes back")
        return Exit.OK


def _unfinished(args: argparse.Namespace, ledger: Ledger) -> Record:
    """Give the upgrade to go on with, done as it was begun unless something else is given now."""
    last = ledger.last()
    if last is None or last.outcome:
        raise UpgradeRefused("no upgrade is half done")
    if last.undoing:
        raise UpgradeRefused("the way back was taken: `hristudio upgrade rollback` goes on with it")
    choices = last.choices
    if args.restart:
        choices = structs.replace(choices, restart=tuple(shlex.split(args.restart)))
    if args.url:
        choices = structs.replace(choices, url=args.url)
    return structs.replace(last, choices=choices)


def _begin(args: argparse.Namespace, settings: Settings, stage: Stage) -> Record:
    source = str(args.target.absolute())
    with opened(args.target) as target:
        found = plan(stage.root, target, settings, stage.url, source=source, name=args.name or "")
    if found.problems:
        raise UpgradeRefused(*found.problems)
    if args.now and found.running:
        raise UpgradeRefused(f"trials run: {names(list(found.running))}. Without --now they are waited for")
    return Record(
        id=f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S.%fZ}",
        source=source,
        release=found.release,
        version=found.version,
        former=found.former,
        former_version=found.former_version,
        kind=found.kind,
        choices=_choices(args),
        started_at=datetime.now(timezone.utc),
        migrations=tuple(one.version for one in found.migrations),
        breaking=tuple(one.version for one in found.migrations if not one.expands),
    )


def _choices(args: argparse.Namespace) -> Choices:
    return Choices(
        restart=tuple(shlex.split(args.restart or RESTART)),
        wait_s=0.0 if args.now else 60 * args.wait,
        when_idle=args.when_idle,
        url=args.url or "",
        authority=str(args.ca.absolute()) if args.ca else "",
        message=args.message,
    )

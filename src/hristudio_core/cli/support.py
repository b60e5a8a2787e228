"""Write down how this installation is, in one file that may be given away."""

import argparse
import time
from pathlib import Path

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._bundle import parts_of
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._output import print_json, stdout_for_results
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops.bundle import write_bundle
from hristudio_core.support import hidden_in


class Support(Verb):
    """Write a support bundle: how this installation is, in one file that may be given away.

    It holds versions, settings with all secrets masked, what `hristudio doctor` finds, the machine with its
    clock, processes and their memory, the ROS graph and the parameters of our nodes, the robot's state, what
    the journals hold and PostgreSQL lacks of it, the dashboard's health and figures, migrations, connections
    and sizes of the database, and the newest lines of the logs, scrubbed again. Secrets are hidden in it, and
    the names, addresses and participants' codes (of three characters and more) that the database has; while
    that is away, those that a log line gives a name to. What cannot be had is named in it. Look into it
    before you give it away.
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

"""Turn the debug mode on."""

import argparse
import time

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._caller import who
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.debug._mode import check_names, switch, tell
from hristudio_telemetry import Debug

MOST_MINUTES = 24 * 60
USUAL_MINUTES = 15.0


class On(Verb):
    """Have running processes log in detail, for 15 minutes unless said otherwise.

    Within a second all processes of the data folder, or those that are named as `hristudio status` has them:
    each event of a trial, each order and by which code it was refused, each skill's goal, each batch to the
    database, each operation of a client at the bridge, each request and each answer of the bridge at the
    dashboard. No value that a message carries. It is for one machine: give it on the robot's host and on the
    web server. ROS's own loggers stay as they are.
    """

    EXAMPLES = """\
  hristudio debug on
  hristudio debug on trial_manager skill_server --for 5
  hristudio debug on bridge && tail -f DATA/log/hristudio.log"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "processes", nargs="*", metavar="PROCESS", help="which processes (default: all of them)"
        )
        parser.add_argument(
            "--for",
            dest="minutes",
            type=minutes,
            default=USUAL_MINUTES,
            metavar="MINUTES",
            help="how long it lasts, up to a day (default: 15)",
        )
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Turn it on."""
        settings = settings_of(args)
        check_names(args.processes)
        debug = Debug(time.time() + args.minutes * 60, who(), tuple(args.processes))
        tell(debug, switch(settings, debug), as_json=args.json)
        return Exit.OK


def minutes(text: str) -> float:
    """Read a length of time as argparse wants it read."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"a number of minutes up to {MOST_MINUTES}, not {text!r}")
    return value

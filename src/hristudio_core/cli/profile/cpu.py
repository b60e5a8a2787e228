"""Draw what a running process spends its processor time on."""

import argparse

from hristudio_core.cli._arguments import settings_of
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.profile._target import add_target, find, output, run, tool
from hristudio_core.ops.lock import running_record

ENDING_S = 30.0


class Cpu(Verb):
    """Draw what a running process spends its processor time on, as a flame graph that a browser shows.

    py-spy looks 100 times a second from outside, and never makes the process wait: it may move a robot.
    """

    EXAMPLES = """\
  hristudio profile cpu trial_manager
  hristudio profile cpu web --seconds 30 --output web.svg"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_target(parser, "the drawing, SVG")
        parser.add_argument("--idle", action="store_true", help="draw threads that wait, too")

    def main(self, *, args: argparse.Namespace) -> int:
        """Look and draw."""
        pid = find(args.process, running_record(settings_of(args).folder))
        path = output(args.output, "cpu", args.process, "svg")
        idle = ("--idle",) if args.idle else ()
        run(
            tool("py-spy"), "record", "--pid", str(pid), "--duration", str(max(1, round(args.seconds))),
            "--threads", "--nonblocking", *idle, "--format", "flamegraph", "--output", str(path),
            patience_s=args.seconds + ENDING_S,
        )  # fmt: skip
        if args.json:
            print_json({"process": args.process, "pid": pid, "seconds": args.seconds, "file": str(path)})
        else:
            print(f"{path}: open it in a browser; the wider a bar, the more time is spent in it")
        return Exit.OK

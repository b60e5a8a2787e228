"""Draw what a running process takes memory for."""

import argparse
import json
import tempfile
import time
from pathlib import Path

from hristudio_core.cli._arguments import settings_of
from hristudio_core.cli._errors import RequestRefused
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.profile._target import add_target, find, output, run, tool
from hristudio_core.ops.lock import running_record

ENDING_S = 60.0
LOOK_S = 0.2


class Memory(Verb):
    """Draw what a running process takes memory for while you look, as a page that a browser shows.

    memray gets into the process with a debugger (gdb or lldb has to be installed), notes every allocation for
    the time that is given, and leaves. What was taken before is not seen: let it run while the memory grows.
    """

    EXAMPLES = """\
  hristudio profile memory bridge --seconds 60
  hristudio profile memory web --output web.html"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_target(parser, "the page, HTML")

    def main(self, *, args: argparse.Namespace) -> int:
        """Look and draw."""
        pid = find(args.process, running_record(settings_of(args).folder))
        path = output(args.output, "memory", args.process, "html")
        memray = tool("memray")
        with tempfile.TemporaryDirectory(prefix="hristudio-profile-") as folder:
            # The process itself writes the notes, perhaps under another account.
            Path(folder).chmod(0o733)
            notes, figures = Path(folder) / "notes.bin", Path(folder) / "figures.json"
            length = str(max(1, round(args.seconds)))
            run(memray, "attach", "--duration", length, "--output", str(notes), str(pid), patience_s=ENDING_S)
            time.sleep(args.seconds)
            _wait(notes)
            run(
                memray,
                "stats",
                "--json",
                "--force",
                "--output",
                str(figures),
                str(notes),
                patience_s=ENDING_S,
            )
            run(memray, "flamegraph", "--force", "--output", str(path), str(notes), patience_s=ENDING_S)
            told = json.loads(figures.read_text())
        count, total = told["total_num_allocations"], told["total_bytes_allocated"]
        if args.json:
            print_json(
                {"process": args.process, "pid": pid, "allocations": count, "bytes": total, "file": str(path)}
            )
        else:
            print(f"{count:,} allocations, {total / 1e6:.1f} MB in all; {path}: open it in a browser")
        return Exit.OK


def _wait(notes: Path) -> None:
    """Wait until the process has written its last note: the file grows no more."""
    until_s = time.monotonic() + ENDING_S
    size = -1
    while time.monotonic() < until_s:
        now = notes.stat().st_size if notes.exists() else -1
        if now == size and now > 0:
            return
        size = now
        time.sleep(LOOK_S)
    raise RequestRefused("the process wrote no notes")

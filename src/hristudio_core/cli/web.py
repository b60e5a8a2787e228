"""Serve the dashboard alone, by several processes."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from hristudio_core.cli._arguments import add_data, port, settings_of
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops import secrets
from hristudio_core.ops.console import Console, stdout_console
from hristudio_core.ops.errors import SettingsInvalidError
from hristudio_core.ops.fleet import Fleet, listen
from hristudio_core.ops.logline import Level, LogLine
from hristudio_core.ops.logs import open_sinks
from hristudio_core.ops.settings import LogForm, Settings, unknown_names

# Beyond what a process takes for itself to finish.
SPARE_S = 6.0


class Web(Verb):
    """Serve the dashboard by several processes on following ports, for a proxy in front.

    SIGHUP replaces them one after another: no request fails, live pages move by themselves. A new
    process that does not get ready leaves the old ones in place. SIGTERM lets all finish and ends.
    Sockets that systemd hands over are used instead of ports.
    """

    EXAMPLES = """\
  hristudio web --workers 3
  kill -HUP $(pidof -s hristudio)      # after an upgrade: the same sockets, new processes"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--workers", type=int, help="how many processes (default: $HRISTUDIO_WEB_WORKERS or 1)"
        )
        parser.add_argument("--port", type=port, help="the first port (default: $HRISTUDIO_WEB_PORT or 8000)")
        parser.add_argument(
            "--ready-file",
            type=Path,
            metavar="FILE",
            help="write the ports there, one a line, once all serve",
        )
        add_data(parser)
        parser.add_argument("--json", action="store_true", help="log JSON for a machine to read")

    def main(self, *, args: argparse.Namespace) -> int:
        """Serve until told to end."""
        settings = _chosen(settings_of(args), args)
        settings.folder.prepare()
        secrets.ensure(settings.folder.secrets)
        as_json = args.json or settings.logs.form is LogForm.JSON
        # One process writes for all: two would rotate the same file.
        console = stdout_console(as_json=as_json, sinks=open_sinks(settings.logs, settings.folder.log, "web"))
        with closing(console):
            for problem in unknown_names(os.environ):
                console.line("fleet", LogLine(Level.WARN, str(problem)))
            _serve(settings, console, args.ready_file)
        return Exit.OK


def _serve(settings: Settings, console: Console, ready_file: Path | None) -> None:
    web = settings.web
    listeners = listen(web.host, web.port, web.workers, os.environ)
    ports = [listener.getsockname()[1] for listener in listeners]

    def tell_ready() -> None:
        console.announce("ready", f"ready on {', '.join(map(str, ports))}", ports=ports, pid=os.getpid())
        if ready_file:
            ready_file.write_text("".join(f"{number}\n" for number in ports))

    environment = {
        **os.environ,
        "HRISTUDIO_DATA": str(settings.data),
        "HRISTUDIO_WEB_WORKERS": str(web.workers),
        # With their fields, so that what is read here can be written in any form.
        "HRISTUDIO_LOG_FORMAT": LogForm.JSON.value,
        "PYTHONUNBUFFERED": "1",
    }
    # What systemd handed over to us is no business of theirs.
    environment = {name: value for name, value in environment.items() if not name.startswith("LISTEN_")}
    folder = settings.folder.run
    patience_s = web.drain_s + SPARE_S
    Fleet(
        listeners, _command, environment, folder, console.line, patience_s=patience_s, on_ready=tell_ready
    ).run()


def _command(fd: int, ready_file: Path) -> Sequence[str]:
    # Where the path by which this was started leads now: after an upgrade that is the new release. Its own
    # path and not that one, so that a process keeps to its release when the next upgrade comes.
    python = Path(sys.prefix).resolve() / "bin" / Path(sys.executable).name
    return (str(python), "-m", "hristudio_web", f"--fd={fd}", f"--port-file={ready_file}")


def _chosen(settings: Settings, args: argparse.Namespace) -> Settings:
    web = settings.web
    if args.workers is not None:
        web = replace(web, workers=max(1, args.workers))
    if args.port is not None:
        web = replace(web, port=args.port)
    settings = replace(settings, web=web)
    if problems := list(settings.problems()):
        raise SettingsInvalidError(problems)
    return settings

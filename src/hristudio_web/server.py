"""gunicorn around the dashboard: one process that serves, many threads in it.

A page with a live socket holds one thread. `hristudio web` runs several such processes,
each on a socket that it inherits, so that one can be replaced while the next serves already.

Told to end, a process takes no more connections, asks its browsers to go to another, lets
what was begun finish, and only then closes what requests stand on.
"""

import ctypes
import math
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from hristudio_core.ops.logs import say_more
from hristudio_core.ops.settings import Settings
from hristudio_telemetry import DebugWatch
from hristudio_web.dashboard import Dashboard

PROCESS = "web"
GRACE_S = 3
PR_SET_PDEATHSIG = 1


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Serves a dashboard. ``build`` runs in the process that serves, so threads start there."""

    def __init__(
        self,
        settings: Settings,
        build: Callable[[], Dashboard],
        port_file: Path | None,
        fd: int | None = None,
    ) -> None:
        self._settings = settings
        self._fd = fd
        self._build = build
        self._port_file = port_file
        self._dashboard: Dashboard | None = None
        self._debug = ExitStack()
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn what it must know."""
        host = f"[{self._settings.web.host}]" if ":" in self._settings.web.host else self._settings.web.host
        values: dict[str, Any] = {
            "bind": f"{host}:{self._settings.web.port}" if self._fd is None else f"fd://{self._fd}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": self._settings.web.threads,
            "graceful_timeout": math.ceil(self._settings.web.drain_s) + GRACE_S,
            "timeout": 30,
            "keepalive": 5,
            "loglevel": "warning",
            "proc_name": "hristudio-web",
            "post_fork": _die_with_parent,
            "post_worker_init": self._ready,
            "worker_exit": self._left,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Build and start the dashboard; runs in the serving process."""
        self._dashboard = self._build()
        self._dashboard.start()
        # In the process that serves: a thread does not survive a fork.
        louder = partial(say_more, self._settings.logs)
        self._debug.enter_context(DebugWatch(self._settings.folder.run, PROCESS, louder))
        return self._dashboard.app

    def _ready(self, worker: Any) -> None:
        """Say which port it is; from now on a signal to end begins with the browsers."""
        gunicorn_exit = worker.handle_exit

        def leave(number: int, frame: FrameType | None) -> None:
            dashboard = self._dashboard
            if dashboard is not None:
                # Live sockets never end by themselves: gunicorn would wait for its whole grace time.
                drain_s = self._settings.web.drain_s
                threading.Thread(target=dashboard.drain, args=(drain_s,), name="drain", daemon=True).start()
            gunicorn_exit(number, frame)

        signal.signal(signal.SIGTERM, leave)
        if self._port_file is not None:
            port = worker.sockets[0].sock.getsockname()[1]
            partial = self._port_file.with_suffix(".partial")
            partial.write_text(f"{port}\n")
            os.replace(partial, self._port_file)  # noqa: PTH105 - atomic for whoever waits for it

    def _left(self, arbiter: Any, worker: Any) -> None:  # noqa: ARG002 - gunicorn's hook
        """Close what requests stood on: the last of them is answered."""
        self._debug.close()
        if self._dashboard is not None:
            self._dashboard.stop()


def _die_with_parent(arbiter: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's hook
    """End at once when gunicorn's other process is killed, or this one would hold the port for seconds.

    Nothing is lost by it: trials live on the robot host.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

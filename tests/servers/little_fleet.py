"""A fleet of two small servers, run as `python -m tests.servers.little_fleet FOLDER`."""

import os
import sys
from pathlib import Path

from hristudio_core.ops.fleet import Fleet, listen
from hristudio_core.ops.logline import LogLine

# Answers each connection with its own process id; ends at SIGTERM, never with one taken and not answered.
SERVER = """
import os, pathlib, select, signal, socket, sys
if pathlib.Path(sys.argv[3]).exists():
    sys.exit(7)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener = socket.socket(fileno=int(sys.argv[1]))
listener.setblocking(False)
pathlib.Path(sys.argv[2]).touch()
while True:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    select.select([listener], [], [])
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        continue
    with connection:
        connection.sendall(str(os.getpid()).encode())
"""


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the ports, then what the fleet says. While the file `broken` is there no server starts."""
    folder = Path(sys.argv[1])
    listeners = listen("127.0.0.1", 0, 2, {})
    say("ports", *(listener.getsockname()[1] for listener in listeners))

    def tell(process: str, line: LogLine) -> None:
        say(process, line.level.value, line.text)

    def command(fd: int, ready_file: Path) -> tuple[str, ...]:
        return (sys.executable, "-c", SERVER, str(fd), str(ready_file), str(folder / "broken"))

    environment = dict(os.environ)
    Fleet(
        listeners, command, environment, folder, tell, patience_s=10, on_ready=lambda: say("all serve")
    ).run()


if __name__ == "__main__":
    main()

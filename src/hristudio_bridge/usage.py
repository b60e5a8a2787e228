"""What `--help` tells."""

from collections.abc import Iterator, Mapping
from itertools import takewhile
from textwrap import fill

from hristudio_bridge.settings import Settings

INTRODUCTION = """\
usage: bridge [-h] [--ros-args -p NAME:=VALUE ... --params-file FILE]

Serve the rosbridge v2 protocol over websockets, so that web pages and programs without ROS take part in
the ROS graph.

examples:
  bridge --ros-args -p auth:=none                  a lab bench: no sign-in, on this machine only
  bridge --ros-args -p port:=0 -p port_file:=port  any free port, which then stands in the file
  bridge --ros-args -p address:=0.0.0.0 -p ssl:=true -p certfile:=lab.pem -p keyfile:=lab.key
  bridge --ros-args --params-file bridge.yaml

parameters (default):"""


def asks_for_help(words: list[str]) -> bool:
    """Tell whether a command line asks for help; what follows `--ros-args` is for ROS."""
    return any(word in {"-h", "--help"} for word in takewhile(lambda word: word != "--ros-args", words))


def usage() -> str:
    """Describe the command and every parameter."""
    return "\n".join((INTRODUCTION, *listing(Settings.descriptions())))


def listing(descriptions: Mapping[str, tuple[object, str]]) -> Iterator[str]:
    """Give the lines that describe parameters, from their defaults and meanings."""
    for name, (default, text) in descriptions.items():
        yield f"  {name} ({_shown(default) or 'empty'})"
        yield fill(text, 100, initial_indent=" " * 6, subsequent_indent=" " * 6)


def _shown(default: object) -> str:
    if isinstance(default, tuple):
        return ", ".join(default)
    return str(default).lower() if isinstance(default, bool) else str(default)

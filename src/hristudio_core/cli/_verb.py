"""The shape of a verb, the same as ros2cli's VerbExtension: one class serves both commands."""

import argparse
import enum

# argparse calls it so; it has no public name.
Parser = argparse.ArgumentParser


class Exit(enum.IntEnum):
    """Exit codes of every verb."""

    OK = 0
    NOT_IN_ORDER = 1
    USAGE = 2
    CANNOT_NOW = 3
    INTERRUPTED = 130


EXIT_CODES = """\
exit codes:
  0    done, all in order
  1    looked at, and not in order (invalid protocol, failed trial, broken chain, a problem found)
  2    the command line makes no sense
  3    cannot be done now (runs already, port taken, database away); the message says what to do
  130  interrupted
"""


class Verb:
    """One verb. Its docstring's first line is its summary; `EXAMPLES` ends its help.

    Attributes:
        NAME: How it is called; set by whoever loads it.
    """

    # What ros2cli's plugin system asks of an extension.
    EXTENSION_POINT_VERSION = "0.1"
    NAME = ""
    EXAMPLES = ""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the verb's arguments. Override."""

    def main(self, *, args: argparse.Namespace) -> int:
        """Do it; give the exit code. Override."""
        raise NotImplementedError

"""Say all that is wrong with the settings."""

import argparse

from hristudio_core.cli._arguments import add_json
from hristudio_core.cli._output import print_json
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.config._given import add_env_file, environment_of
from hristudio_core.ops.settings import find_problems


class Check(Verb):
    """Say all that is wrong with the settings, each with its value and what to do.

    Secrets are masked. Names that begin with HRISTUDIO_ and that nobody reads count as wrong here;
    a process that starts with them goes on. Exit code 1 when anything is wrong.
    """

    EXAMPLES = """\
  hristudio config check
  hristudio config check --env-file deploy/settings/production.env"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_env_file(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Check everything."""
        found = find_problems(environment_of(args))
        if args.json:
            print_json({"valid": not found, "problems": found})
        elif found:
            print("\n".join(map(str, found)))
        else:
            print("the settings are in order")
        return Exit.NOT_IN_ORDER if found else Exit.OK

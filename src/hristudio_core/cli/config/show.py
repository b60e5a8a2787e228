"""Show the settings that count, secrets masked."""

import argparse

from hristudio_core.cli._arguments import add_json
from hristudio_core.cli._output import print_json, print_table
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.config._given import add_env_file, environment_of
from hristudio_core.ops.settings import read_settings, variables


class Show(Verb):
    """Show the settings that count here, secrets masked; those that are not the default have a star."""

    EXAMPLES = """\
  hristudio config show
  hristudio config show --all --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "--all", action="store_true", help="those that are neither set nor have a default, too"
        )
        add_env_file(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Show them."""
        environment = environment_of(args)
        values = read_settings(environment).masked()
        given = {
            variable.name
            for variable in variables().values()
            if environment.get(variable.name) or (variable.secret and environment.get(variable.file_name))
        }
        if args.json:
            print_json({name: {"value": value, "set": name in given} for name, value in values.items()})
        else:
            rows = [
                (name, value, "*" if name in given else "")
                for name, value in values.items()
                if value or args.all
            ]
            print_table(("variable", "value", "set"), rows)
        return Exit.OK

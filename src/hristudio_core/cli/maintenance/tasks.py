"""List what the maintenance does."""

import argparse

from hristudio_core.cli._arguments import add_json
from hristudio_core.cli._output import print_json, print_table
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.maintenance import TASKS


class Tasks(Verb):
    """List the tasks of the maintenance: how often, what each does, how long it may take."""

    EXAMPLES = "  hristudio maintenance tasks"

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """List them."""
        if args.json:
            print_json(
                [
                    {"name": task.name, "rhythm": task.rhythm, "does": task.does, "limit_s": task.limit_s}
                    for task in TASKS
                ]
            )
            return Exit.OK
        rows = [(task.name, task.rhythm.value, f"{task.limit_s:g} s", task.does) for task in TASKS]
        print_table(("task", "rhythm", "limit", "what it does"), rows)
        return Exit.OK

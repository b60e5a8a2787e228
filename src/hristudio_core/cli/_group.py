"""A verb that has verbs of its own: a folder beside the others."""

import argparse

from hristudio_core.cli._registry import add_verbs
from hristudio_core.cli._verb import Parser, Verb


class Group(Verb):
    """Verbs under one word. The group's class stands in its folder's `__init__.py`."""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Add the verbs of this folder."""
        del cli_name
        add_verbs(parser, type(self).__module__, "verbs")

    def main(self, *, args: argparse.Namespace) -> int:
        """Hand over to the verb that was chosen."""
        verb: Verb = args.verb
        return verb.main(args=args)

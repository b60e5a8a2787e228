"""Say what an upgrade would do."""

import argparse

from msgspec import to_builtins

from hristudio_core.cli._arguments import add_data, add_json, settings_of
from hristudio_core.cli._database import database_urls
from hristudio_core.cli._output import print_json, size
from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.cli.upgrade._place import add_root, add_target
from hristudio_core.upgrade import Kind, names, opened
from hristudio_core.upgrade import Plan as Found
from hristudio_core.upgrade import plan as make_plan


class Plan(Verb):
    """Say what an upgrade would do, and what stands in its way. Nothing is changed.

    Minor or major goes by the versions. A migration that only adds leaves the release before able to go
    on with the newer schema, so that the way back needs nothing; one that does more, and every major version
    with migrations, needs the backup on the way back. Exit code 1: something stands in the way.
    """

    EXAMPLES = """\
  hristudio upgrade plan hristudio-1.2.0.tar.gz
  hristudio upgrade plan ~/hristudio --json"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        add_target(parser)
        add_root(parser)
        add_data(parser)
        add_json(parser)

    def main(self, *, args: argparse.Namespace) -> int:
        """Look at it."""
        settings = settings_of(args)
        with opened(args.target) as target, database_urls(settings) as urls:
            found = make_plan(
                args.root.absolute(),
                target,
                settings,
                urls.owner,
                source=str(args.target),
                name=args.name or "",
            )
        if args.json:
            print_json(to_builtins(found))
        else:
            _print(found)
        return Exit.NOT_IN_ORDER if found.problems else Exit.OK


def _print(found: Found) -> None:
    kind = "the same or a minor" if found.kind is Kind.MINOR else found.kind.value
    former = f"{found.former} ({found.former_version})" if found.former else "nothing"
    print(f"from {former} to {found.release} ({found.version}): {kind}")
    for one in found.migrations:
        what = "only adds" if one.expands else "the release before may not go on"
        print(f"migration {one.version} {one.name}: {what}")
        for statement in one.breaks:
            print(f"    {statement}")
    back = (
        "the backup, which loses what was done since"
        if found.restore
        else "no restore: the former release goes on"
    )
    print(f"the way back needs {back}")
    for room in found.rooms:
        print(f"disk {room.place}: {size(room.needed)} needed, {size(room.free)} free")
    print(f"trials that run now: {names(list(found.running)) or 'none'}")
    for number, step in enumerate(found.steps, 1):
        print(f"  {number}. {step}")
    for problem in found.problems:
        print(f"IN THE WAY: {problem}")

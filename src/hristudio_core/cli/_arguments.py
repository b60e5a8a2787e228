"""Arguments that several verbs share."""

import argparse
import os
from pathlib import Path

from hristudio_core.cli._verb import Parser
from hristudio_core.ops.settings import Settings, port_number, read_settings
from hristudio_core.ops.share import share_folder
from hristudio_core.ops.stack import Argument, read_stack

SWITCHES = ("true", "false")


def port(text: str) -> int:
    """Read a port as argparse wants it read."""
    try:
        return port_number(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}, not {text!r}") from error


def add_data(parser: Parser) -> None:
    """Add `--data`."""
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        help="data folder (default: $HRISTUDIO_DATA; .hristudio in a checkout)",
    )


def add_json(parser: Parser, help_text: str = "print JSON for a machine to read") -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help=help_text)


def add_stack_arguments(parser: Parser, names: tuple[str, ...] = ()) -> None:
    """Add the arguments that config/stack.yaml declares; `ros2 launch` has the same."""
    stack = read_stack(share_folder(os.environ) / "config" / "stack.yaml")
    group = parser.add_argument_group("what to start (the same arguments as `ros2 launch`)")
    for name, argument in stack.arguments.items():
        if not names or name in names:
            _add_stack_argument(group, name, argument)


def _add_stack_argument(group: argparse._ArgumentGroup, name: str, argument: Argument) -> None:
    option = name.replace("_", "-")
    if argument.choices == SWITCHES:
        on = argument.default == "true"
        words = argument.help.removeprefix("Whether to ").removeprefix("Whether ")
        group.add_argument(
            f"--no-{option}" if on else f"--{option}",
            dest=name,
            action="store_const",
            const="false" if on else "true",
            default=None,
            help=f"do not {words}" if on else words,
        )
    else:
        choices = argument.choices or None
        text = f"{argument.help} (default: {argument.default or 'none'})"
        group.add_argument(f"--{option}", dest=name, choices=choices, default=None, help=text)


def stack_choices(args: argparse.Namespace) -> dict[str, str]:
    """Give the stack's arguments that were chosen."""
    stack = read_stack(share_folder(os.environ) / "config" / "stack.yaml")
    return {name: value for name in stack.arguments if (value := getattr(args, name, None)) is not None}


def settings_of(args: argparse.Namespace) -> Settings:
    """Read the settings; `--data` goes over the environment.

    Raises:
        DataFolderUnusableError: The data folder is somebody else's.
    """
    settings = read_settings(os.environ)
    if getattr(args, "data", None):
        settings = settings.in_folder(Path(args.data).expanduser().absolute())
    settings.folder.check_reach()
    return settings

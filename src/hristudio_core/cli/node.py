"""Run one ROS node in the foreground."""

import argparse
import importlib
import importlib.util
import os

from hristudio_core.cli._verb import Exit, Parser, Verb
from hristudio_core.ops.errors import NotInstalledError
from hristudio_core.ops.settings import read_settings
from hristudio_core.ops.share import share_folder
from hristudio_core.ops.stack import read_stack


class Node(Verb):
    """Run one ROS node in the foreground, with the usual `--ros-args`.

    The nodes are those of config/stack.yaml. `ros2 run hristudio NAME` does the same.
    """

    EXAMPLES = """\
  hristudio node sim_robot
  hristudio node skill_server --ros-args -p profile:=nao6 -r __ns:=/nao
  hristudio node trial_manager --ros-args --params-file config/hristudio.yaml"""

    def add_arguments(self, parser: Parser, cli_name: str) -> None:
        """Declare the arguments."""
        del cli_name
        parser.add_argument(
            "node", choices=sorted(_modules()), metavar="NAME", help=", ".join(sorted(_modules()))
        )
        parser.add_argument(
            "arguments", nargs=argparse.REMAINDER, metavar="--ros-args ...", help="handed to the node"
        )

    def main(self, *, args: argparse.Namespace) -> int:
        """Run it until it ends."""
        module = _modules()[args.node]
        if importlib.util.find_spec(module) is None:
            raise NotInstalledError(args.node, module)
        # One answer to where the data lie, whatever the node's own default is.
        os.environ.setdefault("HRISTUDIO_DATA", str(read_settings(os.environ).data))
        # rclpy takes the first word for the program's name.
        code = importlib.import_module(module).main([args.node, *args.arguments])
        return int(code or Exit.OK)


def _modules() -> dict[str, str]:
    stack = read_stack(share_folder(os.environ) / "config" / "stack.yaml")
    return {name: process.module for name, process in stack.processes.items() if process.kind == "node"}

"""The process `skill_server`."""

import sys

from hristudio_core.nodes._foundation import run_node
from hristudio_core.nodes.skills import SkillServer


def main(args: list[str] | None = None) -> int:
    """Run the skill server until it is told to end."""
    return run_node(SkillServer, args)


if __name__ == "__main__":
    sys.exit(main(sys.argv))

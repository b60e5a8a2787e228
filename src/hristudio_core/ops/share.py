"""Where launch/ and config/ lie: in the checkout, or in the share folder of a ROS prefix."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

PACKAGE = "hristudio"
# Symbolic links are not followed: `colcon build --symlink-install` links files, and is an installation.
CHECKOUT = Path(__file__).absolute().parents[3]


def is_checkout() -> bool:
    """Tell whether this program runs from a checkout (an editable install)."""
    return (CHECKOUT / "config" / "stack.yaml").is_file()


def share_folder(environment: Mapping[str, str]) -> Path:
    """Give the folder that holds `config/` and `launch/`.

    Raises:
        FileNotFoundError: Neither a checkout nor an installed prefix has it.
    """
    # An editable install reads the checkout, so that a change there counts at once.
    prefixes = [
        Path(prefix) for prefix in environment.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if prefix
    ]
    candidates = [CHECKOUT, *(prefix / "share" / PACKAGE for prefix in (*prefixes, Path(sys.prefix)))]
    for candidate in candidates:
        if (candidate / "config" / "stack.yaml").is_file():
            return candidate
    raise FileNotFoundError(
        f"config/stack.yaml is in none of {', '.join(map(str, candidates))}; is the workspace sourced?"
    )

"""Start everything: robot, database, bridge and dashboard.

The arguments are those of config/stack.yaml (`ros2 launch hristudio hristudio.launch.py --show-args`),
and the processes are those that `hristudio up` starts, with the same parameters.
"""

from pathlib import Path

from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource

from launch import LaunchDescription

FOLDER = Path(__file__).parent
PARTS = ("simulation", "core", "bridge", "web")


def generate_launch_description() -> LaunchDescription:
    """Include the parts; each starts what its conditions allow."""
    return LaunchDescription(
        [
            IncludeLaunchDescription(PythonLaunchDescriptionSource(str(FOLDER / f"{part}.launch.py")))
            for part in PARTS
        ]
    )

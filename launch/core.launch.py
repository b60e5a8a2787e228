"""Start what runs trials: skill server, trial manager, event logger, database."""

from pathlib import Path

from launch.actions import IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource

from launch import LaunchDescription

PART = str(Path(__file__).with_name("part.launch.py"))


def generate_launch_description() -> LaunchDescription:
    """Include the part; its arguments are those of config/stack.yaml."""
    source = PythonLaunchDescriptionSource(PART)
    return LaunchDescription([IncludeLaunchDescription(source, launch_arguments={"part": "core"}.items())])

"""Check and show the settings."""

from hristudio_core.cli._group import Group


class Config(Group):
    """Check and show the settings: variables of the environment and of a file of variables."""

"""Write, check and look at protocols."""

from hristudio_core.cli._group import Group


class Protocol(Group):
    """Write, check and look at protocols."""

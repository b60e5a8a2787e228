"""Switch features, for everybody or for some, while everything runs."""

from hristudio_core.cli._group import Group


class Flag(Group):
    """Switch features, for everybody or for some, while everything runs."""

"""Look after what is deployed."""

from hristudio_core.cli._group import Group


class Deploy(Group):
    """Look after what is deployed, and whether it is fit for people to use."""

"""Look after accounts."""

from hristudio_core.cli._group import Group


class User(Group):
    """Look after accounts and their sign-in links."""

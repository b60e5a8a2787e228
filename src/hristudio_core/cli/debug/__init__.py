"""Have running processes say more for a while."""

from hristudio_core.cli._group import Group


class Debug(Group):
    """Have running processes log in detail for a while. Nothing starts anew, and it is over by itself."""

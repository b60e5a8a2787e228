"""See what a running process spends its time or memory on."""

from hristudio_core.cli._group import Group


class Profile(Group):
    """See what a running process spends its time or memory on. It goes on running, a little slower."""

"""Run trials and read what was kept of them."""

from hristudio_core.cli._group import Group


class Trial(Group):
    """Run trials without a dashboard, and read what was kept of them."""

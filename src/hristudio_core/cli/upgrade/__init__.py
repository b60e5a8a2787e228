"""Upgrade this installation, and go back."""

from hristudio_core.cli._group import Group


class Upgrade(Group):
    """Upgrade this installation to another release, and go back: step by step, each written down."""

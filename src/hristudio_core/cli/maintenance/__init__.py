"""Keep an installation tidy."""

from hristudio_core.cli._group import Group


class Maintenance(Group):
    """Keep an installation tidy: what is done by the clock, and by hand."""

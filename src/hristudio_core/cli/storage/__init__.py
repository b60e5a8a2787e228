"""Look after the place where recordings lie."""

from hristudio_core.cli._group import Group


class Storage(Group):
    """Look after the place where recordings lie: a bucket, or `media/` of the data folder."""

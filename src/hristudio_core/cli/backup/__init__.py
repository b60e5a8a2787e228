"""Make backups, prove them, bring them back."""

from hristudio_core.cli._group import Group


class Backup(Group):
    """Make backups of database, journals and protocols, prove them, bring them back."""

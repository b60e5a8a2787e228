"""Look after PostgreSQL."""

from hristudio_core.cli._group import Group


class Db(Group):
    """Look after PostgreSQL: the schema, and the embedded server where there is no other."""

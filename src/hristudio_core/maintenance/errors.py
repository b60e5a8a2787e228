"""What keeps a maintenance, or one task of it, from being done."""


class MaintenanceError(Exception):
    """Root of this package's errors."""


class MaintenanceRuns(MaintenanceError):
    """Another one is under way on this data folder or this database."""

    def __init__(self, where: str) -> None:
        super().__init__(f"another `hristudio maintenance run` works on {where}: let it end first")
        self.where = where


class OutOfTime(MaintenanceError):
    """A task took longer than it may; what it did until then is done."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(f"not done within {limit_s:g} s, left for the next time")
        self.limit_s = limit_s


class NoDatabase(MaintenanceError):
    """A task needs a database that does not answer, or there is none."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database does not serve: {reason}")
        self.reason = reason

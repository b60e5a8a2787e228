"""What can go wrong with PostgreSQL and with what is asked of it."""


class StoreError(Exception):
    """Root of everything that the store raises."""


class StoreMisused(StoreError):
    """The caller asked for something that cannot be."""


class StoreFault(StoreError):
    """PostgreSQL, its programs or its disk do not serve; the caller did nothing wrong."""


class LastOwner(StoreMisused):
    """A study would be left without an owner."""

    def __init__(self) -> None:
        super().__init__("the study would be left without an owner")


class NotFound(StoreMisused):
    """There is no such row."""

    def __init__(self, what: str, which: str) -> None:
        super().__init__(f"there is no {what} {which}")
        self.what = what
        self.which = which


class AlreadyExists(StoreMisused):
    """A row with this name is there already."""

    def __init__(self, what: str, which: str) -> None:
        article = "an" if what[0] in "aeio" else "a"
        super().__init__(f"there is {article} {what} {which} already")
        self.what = what
        self.which = which


class PlanClosed(StoreMisused):
    """A planned trial is cancelled, or was started already."""

    def __init__(self, plan: str) -> None:
        super().__init__(f"the planned trial {plan} is not open any more")
        self.plan = plan


class InvalidToken(StoreMisused):
    """A link or session is unknown, used up, expired, closed, or its account is disabled."""


class SpentToken(InvalidToken):
    """A token of a program was revoked, or has expired."""

    def __init__(self, token_id: str, account_id: str, *, revoked: bool) -> None:
        super().__init__(f"the token {'was revoked' if revoked else 'has expired'}")
        self.token_id = token_id
        self.account_id = account_id
        self.revoked = revoked


class InvalidValue(StoreMisused):
    """PostgreSQL refused a value: a check, a type or a reference."""


class DatabaseUnavailable(StoreFault):
    """PostgreSQL is out of reach or went away; whether the last statement was kept is not known."""


class DatabaseRefused(StoreFault):
    """PostgreSQL is there and will not do it: privileges, a missing table, a full disk, a wrong query."""


class MigrationFailed(StoreFault):
    """A migration could not be applied; it left nothing behind."""


class DumpFailed(StoreFault):
    """PostgreSQL's own tools did not dump or restore."""

    def __init__(self, program: str, told: str) -> None:
        lines = [line for line in told.splitlines() if "error" in line.lower()] or told.splitlines()[-1:]
        super().__init__(f"{program} failed: {' '.join(lines[:3])}")
        self.program = program
        self.told = told


class SchemaOutdated(StoreFault):
    """The schema is not the one that this program needs; `problems` says what is missing."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("the database schema is not current: " + "; ".join(problems))
        self.problems = problems


class ProgramMissing(StoreFault):
    """A program that comes with an optional package is not installed."""


class EmbeddedFault(StoreFault):
    """The embedded PostgreSQL could not be made, started or stopped."""


class EmbeddedInUse(EmbeddedFault):
    """Another process (`pid`, 0 when it is not known) holds the embedded PostgreSQL of this data folder."""

    def __init__(self, message: str, pid: int = 0) -> None:
        super().__init__(message)
        self.pid = pid

"""What verbs refuse by themselves."""

from collections.abc import Sequence
from pathlib import Path

from hristudio_core.cli._verb import Exit


class CliError(Exception):
    """Root of this package's errors; each ends the command with its exit code."""

    exit_code = Exit.CANNOT_NOW


class RequestRefused(CliError):
    """What was asked for cannot be."""


class WordsContradict(CliError):
    """The words of a command are each right, and not together."""

    exit_code = Exit.USAGE


class PartSilent(CliError):
    """A part that is needed did not do its own."""


class TrialUnknown(RequestRefused):
    """There is no such trial."""

    def __init__(self, given: str) -> None:
        super().__init__(f"there is no trial {given}; `hristudio trial list` shows those that are kept")
        self.given = given


class NoTrialYet(RequestRefused):
    """The last trial is asked for, and none is kept."""

    def __init__(self) -> None:
        super().__init__("no trial is kept yet; `hristudio trial run greeting` runs one")


class TrialAmbiguous(RequestRefused):
    """The beginning of an id fits several trials."""

    def __init__(self, given: str, found: Sequence[str]) -> None:
        super().__init__(f"{given} may be any of {', '.join(found[:5])}")
        self.given = given
        self.found = tuple(found)


class MigrationStopped(CliError):
    """A migration failed and left nothing behind; `applied` before it stay."""

    def __init__(self, told: str, applied: int, backup: str) -> None:
        before = f"the {applied} before it are applied" if applied else "the database is as it was"
        again = (
            f"; `hristudio backup restore {backup} --force` goes back behind all of them" if backup else ""
        )
        super().__init__(f"a migration failed and left nothing behind, {before}{again}:\n{told}")
        self.applied = applied
        self.backup = backup


class NobodyToInvite(RequestRefused):
    """There are accounts, but none that a link could be made for without a name."""

    def __init__(self) -> None:
        super().__init__("no administrator may sign in; name an account: `hristudio user link EMAIL`")


class AccountUnknown(RequestRefused):
    """There is no account with this address."""

    def __init__(self, email: str) -> None:
        super().__init__(f"there is no account {email}; `hristudio user add {email}` makes one")
        self.email = email


class NoSuchFile(RequestRefused):
    """There is no such file, and none of this name is installed.

    Args:
        kind: What the file would be, such as `protocol`.
        given: Its path or name, as it was given.
        installed: The names that are installed.
    """

    def __init__(self, kind: str, given: str, installed: Sequence[str]) -> None:
        known = f" (installed are: {', '.join(sorted(installed))})" if installed else ""
        found = f"{given} is a folder, no {kind}" if Path(given).is_dir() else f"there is no {kind} {given}"
        super().__init__(f"{found}{known}")
        self.given = given


class FileExists(RequestRefused):
    """A file that was to be made is there already."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is there already; --force overwrites it")
        self.path = path


class ProtocolRefused(RequestRefused):
    """A protocol has errors."""

    exit_code = Exit.NOT_IN_ORDER

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("the protocol has errors:\n" + "\n".join(problems))
        self.problems = tuple(problems)

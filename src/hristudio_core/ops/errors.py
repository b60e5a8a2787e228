"""What can go wrong while processes are started, watched and ended."""

import errno
from collections.abc import Mapping, Sequence
from pathlib import Path


class OpsError(Exception):
    """Root of this package's errors."""


class RequestError(OpsError):
    """What was asked for makes no sense or is not allowed now."""


class MachineError(OpsError):
    """The machine does not give what is needed."""


class SettingsInvalidError(RequestError):
    """Environment variables have values that cannot be used."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__(
            "these settings cannot be used:\n" + "\n".join(f"  {problem}" for problem in problems)
        )
        self.problems = tuple(problems)


class StackInvalidError(RequestError):
    """The description of the processes cannot be used."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class NamespaceInvalidError(RequestError):
    """A name cannot be a ROS namespace."""

    def __init__(self, namespace: str) -> None:
        super().__init__(
            f"{namespace!r} is no ROS namespace: use words of letters, digits and underscores that begin "
            "with no digit, with slashes between them, such as lab/nao"
        )
        self.namespace = namespace


class AlreadyRunningError(RequestError):
    """Another process works in the same data folder."""

    def __init__(self, folder: Path, pid: int, addresses: Mapping[str, str]) -> None:
        where = "".join(f"\n  {name:<10} {address}" for name, address in addresses.items())
        super().__init__(
            f"HRIStudio already runs in {folder} (process {pid or 'unknown'}){where}\n"
            "Stop it there with Ctrl-C, or give this one a folder of its own: --data FOLDER"
        )
        self.folder = folder
        self.pid = pid
        self.addresses = dict(addresses)


class DataFolderUnusableError(MachineError):
    """The data folder cannot be made or written."""

    def __init__(self, folder: Path, error: OSError) -> None:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        remedy = "Make room there" if full else "Give it to this user"
        super().__init__(
            f"the data folder {folder} cannot be used: {error.filename or folder}: {error.strerror}\n"
            f"{remedy}, or choose another: --data FOLDER or HRISTUDIO_DATA=FOLDER"
        )
        self.folder = folder


class PortTakenError(MachineError):
    """Another process listens where one of ours has to."""

    def __init__(self, host: str, port: int, holder: str, remedy: str) -> None:
        super().__init__(f"port {port} on {host} is taken by {holder}.\n{remedy}")
        self.host = host
        self.port = port
        self.holder = holder


class NotInstalledError(MachineError):
    """A part that was asked for is not installed."""

    def __init__(self, name: str, module: str) -> None:
        super().__init__(f"{name} is not part of this installation (there is no Python module {module})")
        self.name = name
        self.module = module

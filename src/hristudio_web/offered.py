"""What can be started in a study: the versions of its own protocols, and the files of this host."""

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from hristudio_core.protocol import Problem, Protocol, load
from hristudio_core.store import NotFound as NoRow
from hristudio_core.store import ProtocolVersion
from hristudio_web.errors import NotFound
from hristudio_web.parts import parts
from hristudio_web.protocols import ProtocolFile, all_protocols, protocol_folders, protocol_named


class Offered(Struct, frozen=True):
    """A protocol without a fault.

    Attributes:
        study_id: The study whose version it is; empty: it is a file of this host.
        number: Which version of the study's protocol; 0 for a file.
    """

    name: str
    text: str
    digest: str
    protocol: Protocol
    hints: tuple[Problem, ...] = ()
    study_id: str = ""
    number: int = 0


def file_named(name: str) -> Offered:
    """Give a file of this host.

    Raises:
        NotFound: there is none of that name, or it is no protocol.
    """
    file = protocol_named(protocol_folders(parts().settings), name)
    offered = file and of_file(file)
    if not offered:
        raise NotFound("protocol", name)
    return offered


def version_named(study_id: str, name: str, number: int) -> Offered:
    """Give a version of a study's protocol.

    Raises:
        NotFound: there is none, or nobody has given its text.
    """
    try:
        offered = of_version(parts().protocols.get(study_id, name, number))
    except NoRow:
        offered = None
    if offered is None:
        raise NotFound("version", f"{number} of protocol {name}, with its text")
    return offered


def offered_in(study_id: str) -> list[Offered]:
    """List what can be started in a study: the newest of its own, then the files that mean something else."""
    own = versions_of(study_id)
    known = {one.digest for one in own}
    return [*own, *(one for one in files() if one.digest not in known)]


def versions_of(study_id: str) -> list[Offered]:
    """List the newest versions of a study's protocols, by name."""
    return list(filter(None, map(of_version, parts().protocols.newest(study_id))))


def files() -> list[Offered]:
    """List the files of this host that are protocols without a fault, by name."""
    return list(filter(None, map(of_file, all_protocols(protocol_folders(parts().settings)))))


def meant(study_id: str, name: str, digest: str, among: Iterable[Offered] | None = None) -> Offered | None:
    """Give what has a digest: a version of the study, however old, or a file; None when there is neither.

    Args:
        study_id: The study.
        name: The protocol's name.
        digest: What it means.
        among: The files, where somebody has read them already.
    """
    try:
        version = of_version(parts().protocols.of_digest(study_id, name, digest))
    except NoRow:
        version = None
    return version or next((one for one in among or files() if one.digest == digest), None)


def of_file(file: ProtocolFile) -> Offered | None:
    """Give a file as something to start; None when it has a fault."""
    if file.protocol is None:
        return None
    return Offered(file.name, file.text, file.digest, file.protocol, file.problems)


def of_version(version: ProtocolVersion) -> Offered | None:
    """Give a version as something to start; None when a robot host has brought it, without its text."""
    protocol, hints = _read(version.source)
    if protocol is None:
        return None
    return Offered(
        version.name, version.source, version.digest, protocol, hints, version.study_id, version.number
    )


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[Protocol | None, tuple[Problem, ...]]:
    """Read a version's text, which never changes."""
    loaded = load(text.encode())
    return loaded.protocol, loaded.problems

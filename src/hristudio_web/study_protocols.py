"""What people do to the protocols of a study; each act is kept in the audit trail."""

import json

from msgspec import Struct

from hristudio_core.protocol import Problem, Severity, canonical, digest, load
from hristudio_core.store import NotFound as NoRow
from hristudio_core.store import ProtocolVersion, StoredProtocol, Study
from hristudio_web.entrance import audit
from hristudio_web.errors import CallerError, Conflict, NotFound
from hristudio_web.guard import somebody
from hristudio_web.parts import parts
from hristudio_web.studies import refuse_archived

LARGEST = 1024 * 1024
"""Bytes of a protocol that can be uploaded; a long one has some tens of thousands."""


class ProtocolInvalid(CallerError):
    """A text is no protocol; ``problems`` says where and why, all at once."""

    code = "protocol_invalid"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"line {one.line}: {one.text}" for one in problems[:20]))
        self.problems = problems


class Filed(Struct, frozen=True):
    """A version that is stored now; ``known`` when the study had it already."""

    version: ProtocolVersion
    known: bool
    hints: tuple[Problem, ...]


def protocol_of(study_id: str, name: str) -> StoredProtocol:
    """Give a protocol of a study.

    Raises:
        NotFound: the study has none of that name.
    """
    try:
        return parts().protocols.named(study_id, name)
    except NoRow:
        raise NotFound("protocol", name) from None


def version_of(study_id: str, name: str, number: int) -> ProtocolVersion:
    """Give a version of a protocol.

    Raises:
        NotFound: there is none of that number.
    """
    try:
        return parts().protocols.get(study_id, name, number)
    except NoRow:
        raise NotFound("version", f"{number} of protocol {name}") from None


def file_version(study: Study, text: bytes) -> Filed:
    """Check a protocol and keep it: a new name begins a protocol, a new meaning is its next version.

    Raises:
        ProtocolInvalid: the text is none.
        Conflict: the study, or the protocol of that name, is archived.
    """
    refuse_archived(study)
    text = text.replace(b"\r\n", b"\n")
    loaded = load(text)
    protocol = loaded.protocol
    if protocol is None:
        raise ProtocolInvalid(loaded.problems)
    _refuse_put_aside(study, protocol.name)
    mark = digest(protocol)
    known = any(one.digest == mark for one in parts().protocols.history(study.id, protocol.name))
    version = parts().protocols.save(
        study.id,
        name=protocol.name,
        version=protocol.version,
        digest=mark,
        canonical=canonical(protocol).decode(),
        source=text.decode(),
        title=protocol.title,
        author=somebody().id,
    )
    if not known:
        _audit("protocol.stored", study, protocol=protocol.name, number=version.number, digest=mark)
    hints = tuple(one for one in loaded.problems if one.severity is Severity.WARNING)
    return Filed(version, known, hints)


def readable(version: ProtocolVersion) -> str:
    """Give a version's text: as it was written, or, brought by a robot host, its canonical form in lines."""
    if version.source:
        return version.source
    return json.dumps(json.loads(version.canonical), indent=2, ensure_ascii=False)


def set_archived(study: Study, name: str, *, archived: bool) -> StoredProtocol:
    """Put a protocol aside, or take it up again. Trials that ran by it keep it.

    Raises:
        NotFound: the study has none of that name.
        Conflict: the study is archived.
    """
    refuse_archived(study)
    protocol_of(study.id, name)
    changed = parts().protocols.set_archived(study.id, name, archived=archived)
    _audit("protocol.archived" if archived else "protocol.taken_up", study, protocol=name)
    return changed


def _refuse_put_aside(study: Study, name: str) -> None:
    try:
        known = parts().protocols.named(study.id, name)
    except NoRow:
        return
    if known.archived_at is not None:
        raise Conflict(
            f"The protocol {name} is archived: take it up again first, or give the new one another name."
        )


def _audit(action: str, study: Study, **detail: object) -> None:
    audit(action, somebody().id, f"study:{study.id}", **detail)

"""Check drafts, so that whatever the journal takes PostgreSQL can take too."""

import re
from collections.abc import Sequence

from hristudio_core.journal.codec import GENESIS, is_canonical, seal
from hristudio_core.journal.entry import ENDED, ClientStamps, Draft, Entry
from hristudio_core.journal.errors import InvalidDraft, JournalMisused, TrialEnded

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INT64 = 2**63


def seal_all(trial_id: str, head: tuple[int, str, bool], drafts: Sequence[Draft]) -> list[Entry]:
    """Make entries of drafts, to follow `head`: last sequence number, its hash, whether the trial ended."""
    if not _UUID.fullmatch(trial_id):
        raise JournalMisused(f"{trial_id!r} is no lower-case UUID, so it names no trial")
    seq, previous, ended = head
    entries = []
    for index, draft in enumerate(drafts):
        if ended:
            raise TrialEnded(trial_id)
        _check(index, draft)
        seq += 1
        entry = seal(trial_id, seq, previous or GENESIS, draft)
        entries.append(entry)
        previous = entry.hash
        ended = entry.kind == ENDED
    return entries


def _check(index: int, draft: Draft) -> None:
    if not _UUID.fullmatch(draft.id):
        raise InvalidDraft(index, "id", f"{draft.id!r} is no lower-case UUID")
    if draft.caused_by and not _UUID.fullmatch(draft.caused_by):
        raise InvalidDraft(index, "caused_by", f"{draft.caused_by!r} is no lower-case UUID")
    if not draft.kind:
        raise InvalidDraft(index, "kind", "is empty")
    for field in ("kind", "actor", "source", "step", "path", "host"):
        _check_text(index, field, getattr(draft, field))
    for field in ("wall_ns", "monotonic_ns", "ros_ns"):
        _check_int64(index, field, getattr(draft, field))
    if draft.client is not None:
        for field in ClientStamps.__struct_fields__:
            _check_int64(index, f"client.{field}", getattr(draft.client, field))
    if not is_canonical(draft.payload):
        raise InvalidDraft(index, "payload", "is no JSON object in canonical form")


def _check_text(index: int, field: str, text: str) -> None:
    # PostgreSQL keeps neither NUL nor half a surrogate pair.
    if "\0" in text:
        raise InvalidDraft(index, field, "holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidDraft(index, field, "is not valid Unicode") from error


def _check_int64(index: int, field: str, number: int) -> None:
    if not -_INT64 <= number < _INT64:
        raise InvalidDraft(index, field, f"{number} does not fit 64 bits")

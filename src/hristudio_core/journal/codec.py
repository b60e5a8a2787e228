"""The one form in which an entry is hashed, and the proof that a chain is whole.

The form is a JSON array without white space, UTF-8, non-ASCII left as it is:
`[1, id, trial_id, seq, kind, actor, source, step, path, caused_by, wall_ns, monotonic_ns, ros_ns,
client, host, payload]`, where 1 is the version of the form, `client` is null or an array of its four
numbers, and `payload` is the JSON object as a string. Any JSON library can rebuild it, so a chain can
be checked without this program.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import msgspec

from hristudio_core.journal.entry import Draft, Entry

FORM = 1
GENESIS = "0" * 64

_payload_encoder = msgspec.json.Encoder(order="sorted")
_form_encoder = msgspec.json.Encoder()
_object_decoder = msgspec.json.Decoder(dict[str, Any])


class Problem(msgspec.Struct, frozen=True):
    """Where a chain is not what was appended."""

    seq: int
    what: Literal["altered", "dropped", "added", "reordered", "truncated"]
    message: str


def canonical_json(payload: Mapping[str, Any]) -> str:
    """Write a JSON object in its canonical form: sorted keys, no white space.

    Raises:
        ValueError: A number is not finite, or a value is no JSON.
    """
    _refuse_non_finite(payload)
    try:
        return _payload_encoder.encode(payload).decode()
    except (TypeError, UnicodeEncodeError) as error:
        raise ValueError(f"not a JSON object: {error}") from error


def is_canonical(text: str) -> bool:
    """Tell whether a text is a JSON object in its canonical form."""
    try:
        return _payload_encoder.encode(_object_decoder.decode(text)).decode() == text
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False


def chain(previous_hash: str, entry: Entry) -> str:
    """Return the hash that an entry must have after `previous_hash`; its own `hash` has no part in it."""
    client = entry.client
    form = (
        FORM,
        entry.id,
        entry.trial_id,
        entry.seq,
        entry.kind,
        entry.actor,
        entry.source,
        entry.step,
        entry.path,
        entry.caused_by,
        entry.wall_ns,
        entry.monotonic_ns,
        entry.ros_ns,
        client and (client.shown_ns, client.acted_ns, client.offset_ns, client.offset_error_ns),
        entry.host,
        entry.payload,
    )
    return hashlib.sha256(previous_hash.encode() + _form_encoder.encode(form)).hexdigest()


def seal(trial_id: str, seq: int, previous_hash: str, draft: Draft) -> Entry:
    """Give a draft its place and its link of the chain."""
    entry = Entry(
        id=draft.id,
        trial_id=trial_id,
        seq=seq,
        kind=draft.kind,
        actor=draft.actor,
        source=draft.source,
        step=draft.step,
        path=draft.path,
        caused_by=draft.caused_by,
        wall_ns=draft.wall_ns,
        monotonic_ns=draft.monotonic_ns,
        ros_ns=draft.ros_ns,
        client=draft.client,
        host=draft.host,
        payload=draft.payload,
        hash="",
    )
    return msgspec.structs.replace(entry, hash=chain(previous_hash, entry))


def verify(entries: Iterable[Entry], *, head_hash: str = "", count: int = 0) -> list[Problem]:
    """Prove that the entries of one trial are what was appended, from the first to the last.

    Args:
        entries: In the order in which they were kept or read.
        head_hash: Hash of the last entry as it is known from elsewhere; only with it (or `count`) does a
            cut-off end or a chain that was wholly computed anew show.
        count: Number of entries as it is known from elsewhere.

    Returns:
        Every problem, by sequence number; empty when the chain is whole.
    """
    given = list(entries)
    ordered = sorted(given, key=lambda entry: entry.seq)
    problems = [*_order(given), *_places(ordered, count), *_links(ordered)]
    if head_hash and ordered and ordered[-1].hash != head_hash and ordered[-1].seq >= count:
        last = ordered[-1].seq
        problems.append(Problem(last, "altered", f"the last entry ({last}) is not the known last one"))
    return sorted(problems, key=lambda problem: problem.seq)


def _order(given: Sequence[Entry]) -> list[Problem]:
    return [
        Problem(here.seq, "reordered", f"entry {here.seq} stands after entry {before.seq}")
        for before, here in pairwise(given)
        if here.seq < before.seq
    ]


def _places(ordered: Sequence[Entry], count: int) -> list[Problem]:
    seen = Counter(entry.seq for entry in ordered)
    problems = [
        Problem(seq, "added", f"{times} entries claim place {seq}")
        for seq, times in seen.items()
        if times > 1
    ]
    problems += [Problem(seq, "added", f"there is no place {seq}") for seq in seen if seq < 1]
    last = max(seen, default=0)
    problems += [
        Problem(seq, "dropped", f"entry {seq} is missing") for seq in range(1, last + 1) if seq not in seen
    ]
    if count and last < count:
        problems.append(Problem(last + 1, "truncated", f"entries {last + 1} to {count} are missing"))
    if count and last > count:
        problems.append(Problem(count + 1, "added", f"there are entries after the known last one ({count})"))
    return problems


def _links(ordered: Sequence[Entry]) -> list[Problem]:
    problems = []
    hashes = {0: {GENESIS}}
    for entry in ordered:
        hashes.setdefault(entry.seq, set()).add(entry.hash)
    added = 0  # entries put in so far: those after them were appended with a smaller number
    for entry in ordered:
        # Without the one before it nothing can be said of an entry; its absence is named already.
        before = hashes.get(entry.seq - 1, set())
        if not before or _fits(entry, 0, before) or (added and _fits(entry, added, before)):
            continue
        if _fits(entry, added + 1, hashes.get(entry.seq - 2, set())):
            added += 1
            message = f"entry {entry.seq - 1} was put in before entry {entry.seq}"
            problems.append(Problem(entry.seq - 1, "added", message))
        else:
            message = f"entry {entry.seq}, or the hash of the one before it, is not as it was appended"
            problems.append(Problem(entry.seq, "altered", message))
    return problems


def _fits(entry: Entry, renumbered_by: int, before: Iterable[str]) -> bool:
    original = msgspec.structs.replace(entry, seq=entry.seq - renumbered_by) if renumbered_by else entry
    return any(chain(previous, original) == entry.hash for previous in before)


def _refuse_non_finite(value: Any) -> None:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a JSON number")
    elif isinstance(value, Mapping):
        for item in value.values():
            _refuse_non_finite(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_non_finite(item)

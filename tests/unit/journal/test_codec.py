import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hristudio_core.journal import (
    GENESIS,
    ClientStamps,
    Entry,
    MemoryJournal,
    Problem,
    canonical_json,
    chain,
    verify,
)
from hristudio_core.journal.codec import is_canonical
from tests.servers.drafts import draft, new_trial, started, whole_trial

_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _found(entries: Sequence[Entry], **known: object) -> list[tuple[int, str]]:
    return [(problem.seq, problem.what) for problem in verify(entries, **known)]


def _altered(entry: Entry, **fields: object) -> Entry:
    return msgspec.structs.replace(entry, **fields)


def test_another_json_library_finds_the_same_hash() -> None:
    stamps = ClientStamps(shown_ns=1, acted_ns=2, offset_ns=-3, offset_error_ns=4)
    for entry in MemoryJournal().append(
        new_trial(), [draft(client=stamps, text='Grüß\t"Gott" \x01'), draft()]
    ):
        client = entry.client and [getattr(entry.client, name) for name in ClientStamps.__struct_fields__]
        names = Entry.__struct_fields__[:-1]
        form = [1, *(client if name == "client" else getattr(entry, name) for name in names)]
        text = json.dumps(form, ensure_ascii=False, separators=(",", ":"))
        for_first = hashlib.sha256((GENESIS + text).encode()).hexdigest()
        assert chain(GENESIS, entry) == for_first


@given(st.dictionaries(st.text(), _json, max_size=4))
def test_canonical_json_means_the_same_and_is_canonical(payload: dict[str, object]) -> None:
    text = canonical_json(payload)
    assert json.loads(text) == payload
    assert is_canonical(text)


def test_canonical_json_does_not_depend_on_order() -> None:
    assert canonical_json({"b": 1, "a": {"d": 1, "c": 2}}) == canonical_json({"a": {"c": 2, "d": 1}, "b": 1})


@pytest.mark.parametrize("bad", [float("nan"), [float("inf")], {"x": (float("-inf"),)}, object(), "\ud800"])
def test_canonical_json_refuses_what_json_cannot_say(bad: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"a": bad})


def test_a_whole_chain_has_no_problem() -> None:
    entries = whole_trial(20)
    assert verify(entries, head_hash=entries[-1].hash, count=22) == []
    assert verify([]) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payload", '{"number":8}'),
        ("kind", "skill.began"),
        ("actor", "somebody"),
        ("source", "wizard"),
        ("step", "bye"),
        ("path", "x"),
        ("caused_by", "018f0000-0000-7000-8000-000000000000"),
        ("wall_ns", 1),
        ("monotonic_ns", 1),
        ("ros_ns", 1),
        ("client", ClientStamps()),
        ("host", "elsewhere"),
        ("id", "018f0000-0000-7000-8000-000000000000"),
        ("trial_id", "018f0000-0000-7000-8000-000000000000"),
    ],
)
def test_an_altered_entry_is_named(field: str, value: object) -> None:
    entries = whole_trial(8)
    entries[4] = _altered(entries[4], **{field: value})
    assert _found(entries) == [(5, "altered")]


def test_an_entry_altered_with_its_hash_breaks_the_next_link() -> None:
    entries = whole_trial(8)
    changed = _altered(entries[4], actor="somebody")
    entries[4] = _altered(changed, hash=chain(entries[3].hash, changed))
    assert _found(entries) == [(6, "altered")]


def test_a_chain_computed_anew_differs_from_the_known_head() -> None:
    entries = whole_trial(3)
    head = entries[-1].hash
    entries[1] = _altered(entries[1], actor="somebody")
    forged, previous = [], GENESIS
    for entry in entries:
        forged.append(_altered(entry, hash=chain(previous, entry)))
        previous = forged[-1].hash
    assert verify(forged) == []
    assert _found(forged, head_hash=head, count=5) == [(5, "altered")]


@pytest.mark.parametrize("seq", [1, 2, 5, 9])
def test_a_dropped_entry_is_named(seq: int) -> None:
    entries = whole_trial(8)
    del entries[seq - 1]
    assert _found(entries) == [(seq, "dropped")]


def test_a_cut_off_end_is_named_when_the_count_is_known() -> None:
    entries = whole_trial(8)
    assert verify(entries[:-2]) == []
    assert _found(entries[:-2], count=10, head_hash=entries[-1].hash) == [(9, "truncated")]


def test_an_added_entry_is_named() -> None:
    entries = whole_trial(8)
    forged = _altered(entries[4], actor="somebody", hash="0" * 64)
    assert (5, "added") in _found([*entries[:5], forged, *entries[5:]])
    after = _altered(entries[-1], seq=11, hash="0" * 64)
    assert set(_found([*entries, after], count=10)) == {(11, "added"), (11, "altered")}


def test_an_entry_put_in_between_with_all_renumbered_is_named() -> None:
    entries = whole_trial(8)
    extra = _altered(entries[3], seq=5, actor="somebody")
    extra = _altered(extra, hash=chain(entries[3].hash, extra))
    later = [_altered(entry, seq=entry.seq + 1) for entry in entries[4:]]
    assert _found([*entries[:4], extra, *later]) == [(5, "added")]


def test_reordered_entries_are_named() -> None:
    entries = whole_trial(8)
    entries[3], entries[4] = entries[4], entries[3]
    assert _found(entries) == [(4, "reordered")]


def test_swapped_places_are_named() -> None:
    entries = whole_trial(8)
    entries[3], entries[4] = _altered(entries[4], seq=4), _altered(entries[3], seq=5)
    assert {seq for seq, _ in _found(entries)} >= {4, 6}


@given(st.data())
def test_no_single_change_goes_unseen(data: st.DataObject) -> None:
    entries = whole_trial(6)
    head, count = entries[-1].hash, len(entries)
    place = data.draw(st.integers(0, count - 1))
    change = data.draw(st.sampled_from(["drop", "double", "swap", "alter"]))
    if change == "drop":
        del entries[place]
    elif change == "double":
        entries.insert(place, entries[place])
    elif change == "swap":
        other = (place + 1) % count
        entries[place], entries[other] = entries[other], entries[place]
    else:
        entries[place] = _altered(entries[place], wall_ns=entries[place].wall_ns + 1)
    assert verify(entries, head_hash=head, count=count) != []


def test_problems_come_by_sequence_number() -> None:
    entries = whole_trial(8)
    entries[6] = _altered(entries[6], step="x")
    del entries[2]
    problems = verify(entries)
    assert all(here.seq <= there.seq for here, there in pairwise(problems))
    assert Problem(3, "dropped", "entry 3 is missing") in problems


def test_the_first_entry_hangs_on_nothing() -> None:
    journal = MemoryJournal()
    one, two = (journal.append(new_trial(), [started()])[0] for _ in range(2))
    assert one.hash != two.hash
    assert chain(GENESIS, one) == one.hash

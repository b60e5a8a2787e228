"""Facts to put into journals and stores under test."""

import uuid_utils

from hristudio_core.journal import ClientStamps, Draft, Entry, MemoryJournal, canonical_json

START_NS = 1_800_000_000_000_000_000


def new_trial() -> str:
    return str(uuid_utils.uuid7())


def draft(
    kind: str = "skill.ended", number: int = 0, client: ClientStamps | None = None, **payload: object
) -> Draft:
    return Draft(
        id=str(uuid_utils.uuid7()),
        kind=kind,
        actor="engine",
        source="script",
        step="hello",
        path=f"hello#{number}",
        wall_ns=START_NS + number * 1_000_000,
        monotonic_ns=5 + number * 1_000_000,
        ros_ns=START_NS + number * 1_000_000,
        client=client,
        host="robot",
        payload=canonical_json({"number": number, **payload}),
    )


def started(**payload: object) -> Draft:
    values = {
        "protocol": "greeting",
        "version": "1.0",
        "digest": "d" * 64,
        "participant": "P07",
        "mode": "pilot",
    }
    return draft("trial.started", 0, **{**values, **payload})


def ended(number: int = 1, outcome: str = "completed") -> Draft:
    return draft("trial.ended", number, outcome=outcome, reason="")


def whole_trial(between: int, trial_id: str | None = None, **payload: object) -> list[Entry]:
    """Give the entries of a trial with so many facts between its first and its last."""
    middle = [draft(number=number) for number in range(1, between + 1)]
    return MemoryJournal().append(trial_id or new_trial(), [started(**payload), *middle, ended(between + 1)])

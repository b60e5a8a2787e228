"""The facts of a trial as they are handed in (`Draft`) and as they are kept (`Entry`)."""

import msgspec

STARTED = "trial.started"
ENDED = "trial.ended"


class ClientStamps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When and on whose clock a person acted; all in ns.

    Attributes:
        shown_ns: Client wall clock when the question appeared.
        acted_ns: Client wall clock when the person acted.
        offset_ns: Estimated robot host minus client clock; add it to a client stamp.
        offset_error_ns: Half-width of the bound on `offset_ns`; -1 when it was never measured.
    """

    shown_ns: int = 0
    acted_ns: int = 0
    offset_ns: int = 0
    offset_error_ns: int = -1


class Draft(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A fact before the journal has given it its place (`seq`) and its link of the chain (`hash`).

    Attributes:
        id: UUIDv7 of the event, lower-case text.
        kind: Dotted kind, such as "skill.ended".
        actor: "engine", "robot", or the id of a person.
        source: "script", "wizard", "operator", "participant" or "system".
        step: Id of the step it belongs to, empty outside of any step.
        path: Activation within the step, empty when there is none.
        caused_by: Id of the event that led to this one, empty for a first cause.
        wall_ns: Wall clock of the robot host, ns since the Unix epoch.
        monotonic_ns: Monotonic clock of the robot host, ns.
        ros_ns: ROS time, ns.
        client: Stamps of the person's own clock, when it has one.
        host: Name of the host that stamped it.
        payload: Canonical JSON object text, see `codec.canonical_json`.
    """

    id: str
    kind: str
    wall_ns: int
    monotonic_ns: int
    ros_ns: int
    host: str
    actor: str = "engine"
    source: str = "system"
    step: str = ""
    path: str = ""
    caused_by: str = ""
    client: ClientStamps | None = None
    payload: str = "{}"


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One appended fact of a trial: the fields of `Draft`, its trial, place and hash.

    Attributes:
        trial_id: UUID of the trial, lower-case text.
        seq: 1, 2, 3 ... without a gap within one trial.
        hash: SHA-256 (hex) over the previous entry's hash and this entry, see `codec.chain`.
    """

    id: str
    trial_id: str
    seq: int
    kind: str
    actor: str
    source: str
    step: str
    path: str
    caused_by: str
    wall_ns: int
    monotonic_ns: int
    ros_ns: int
    client: ClientStamps | None
    host: str
    payload: str
    hash: str


class Cursor(msgspec.Struct, frozen=True):
    """How far a journal has been shipped.

    Attributes:
        journal: UUID of the journal file.
        row: Global place of the last shipped entry, 0 for none.
        hash: Hash of that entry, which tells a journal apart from its own older copy.
    """

    journal: str
    row: int = 0
    hash: str = ""


class Batch(msgspec.Struct, frozen=True):
    """Entries in the order of their commit, and the cursors before the first and after the last."""

    after: Cursor
    entries: tuple[Entry, ...]
    cursor: Cursor

"""Conducting a trial: admit it, seat the wizard, and let nothing happen without its fact on the disk."""

from hristudio_core.conduct.admission import Admission, Wish, admit, protocol_names
from hristudio_core.conduct.conductor import Audience, Conductor, Stage
from hristudio_core.conduct.drafts import Drafter, NewId
from hristudio_core.conduct.errors import (
    ConductError,
    OrderRefused,
    RecordUnavailable,
    SeatRefused,
    TrialNotAdmitted,
)
from hristudio_core.conduct.frozen import FrozenProtocolLost, FrozenProtocols
from hristudio_core.conduct.objects import hear_object, read_object
from hristudio_core.conduct.seats import Seat, SeatBook

__all__ = [
    "Admission",
    "Audience",
    "ConductError",
    "Conductor",
    "Drafter",
    "FrozenProtocolLost",
    "FrozenProtocols",
    "NewId",
    "OrderRefused",
    "RecordUnavailable",
    "Seat",
    "SeatBook",
    "SeatRefused",
    "Stage",
    "TrialNotAdmitted",
    "Wish",
    "admit",
    "hear_object",
    "protocol_names",
    "read_object",
]

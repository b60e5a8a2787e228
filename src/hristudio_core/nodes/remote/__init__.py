"""What a command asks of nodes that run elsewhere: a look at the robot, a trial from start to end."""

from hristudio_core.nodes.remote.session import RemoteError, Session, Unanswered
from hristudio_core.nodes.remote.snapshot import Snapshot, look
from hristudio_core.nodes.remote.survey import Survey, find_nodes, meet, survey
from hristudio_core.nodes.remote.trial import Progress, TrialResult, TrialWish, run_trial

__all__ = [
    "Progress",
    "RemoteError",
    "Session",
    "Snapshot",
    "Survey",
    "TrialResult",
    "TrialWish",
    "Unanswered",
    "find_nodes",
    "look",
    "meet",
    "run_trial",
    "survey",
]
